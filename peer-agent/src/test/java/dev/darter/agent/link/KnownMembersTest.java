package dev.darter.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.protocol.Bytes;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

final class KnownMembersTest {

    private static final Member ONE = new Member(new HostId("one"), "198.51.100.1:65002", "east");
    private static final Member TWO = new Member(new HostId("two"), "198.51.100.2:65002", "west");
    private static final VouchKey KEY = new VouchKey(ONE.host(), 0, Bytes.of(new byte[32]));

    @TempDir
    Path data;

    private final List<Runnable> waiting = new ArrayList<>();

    @Test
    void remembersMembersAndKeysAcrossRestarts() {
        KnownMembers known = new KnownMembers(data, waiting::add);
        known.heard(new SchedulerMessage.Welcome(1, "scheduler", List.of(ONE), List.of(KEY)));
        known.heard(new SchedulerMessage.Members(List.of(TWO), List.of(), List.of()));
        known.save();

        KnownMembers again = new KnownMembers(data, waiting::add);
        assertThat(again.members()).containsExactly(ONE, TWO);
        assertThat(again.ownKeys()).containsExactly(KEY);
    }

    @Test
    void writesManyChangesAtOnce() {
        KnownMembers known = new KnownMembers(data, waiting::add);
        known.heard(new SchedulerMessage.Welcome(1, "scheduler", List.of(ONE), List.of(KEY)));
        known.heard(new SchedulerMessage.Members(List.of(TWO), List.of(), List.of()));
        assertThat(waiting).hasSize(1);
        assertThat(data.resolve("members.json")).doesNotExist();
        waiting.removeFirst().run();
        assertThat(new KnownMembers(data, waiting::add).members()).containsExactly(ONE, TWO);
        known.save();
        known.heard(new SchedulerMessage.Members(List.of(), List.of(), List.of(TWO.host())));
        assertThat(waiting).as("the next change waits anew").hasSize(1);
    }

    @Test
    void forgetsWhoLeftAndWhoLied() {
        KnownMembers known = new KnownMembers(data, waiting::add);
        known.heard(new SchedulerMessage.Welcome(1, "scheduler", List.of(ONE, TWO), List.of(KEY)));
        known.heard(new SchedulerMessage.Members(List.of(), List.of(), List.of(TWO.host())));
        known.heard(new SchedulerMessage.Shun(ONE.host()));
        assertThat(known.members()).isEmpty();
        assertThat(known.ownKeys()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"members\":[{", "{\"members\":[null],\"ownKeys\":[]}",
            "{\"members\":[{}],\"ownKeys\":[]}",
            "{\"members\":[],\"ownKeys\":[null]}", "{\"members\":null,\"ownKeys\":null}"})
    void beginsWithNobodyWhereTheFileIsDamaged(String content) throws IOException {
        Files.writeString(data.resolve("members.json"), content);
        assertThat(new KnownMembers(data, waiting::add).members()).isEmpty();
    }
}
