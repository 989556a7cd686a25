package dev.darter.agent.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/**
 * The hosts of the cluster and their keys, as the scheduler last named them, in {@code <data>/members.json}: what an agent begins with when no
 * scheduler answers. A memory for hard times: a file that can't be read or written costs a warning. Thread-safe.
 */
public final class KnownMembers {

    private static final Logger LOG = LoggerFactory.getLogger(KnownMembers.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES, DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private record Remembered(List<Member> members, List<VouchKey> ownKeys) {
        Remembered {
            members = List.copyOf(members);
            ownKeys = List.copyOf(ownKeys);
        }
    }

    private final Path file;
    private final Executor later;
    private boolean isUnsaved;
    /** Held while the file is written, so that messages needn't wait for the disk. */
    private final Object writing = new Object();
    private final Map<HostId, Member> members = new LinkedHashMap<>();
    private final Map<HostId, VouchKey> keys = new LinkedHashMap<>();

    /**
     * Reads what an earlier run has kept.
     *
     * @param later runs what it is given after a while, on a thread that may write files
     */
    public KnownMembers(Path data, Executor later) {
        this.file = data.resolve("members.json");
        this.later = later;
        try {
            Remembered remembered = JSON.readValue(Files.readAllBytes(file), Remembered.class);
            add(remembered.members(), remembered.ownKeys());
        } catch (NoSuchFileException e) {
            LOG.debug("No members are remembered");
        } catch (IOException | JacksonException | NullPointerException e) {
            LOG.warn("The members in {} can't be read: {}", file, e.getMessage());
        }
    }

    /** All hosts that are known. */
    public synchronized List<Member> members() {
        return List.copyOf(members.values());
    }

    /** Their own keys. */
    public synchronized List<VouchKey> ownKeys() {
        return List.copyOf(keys.values());
    }

    /** Takes note of what a scheduler says. */
    public synchronized void heard(SchedulerMessage message) {
        switch (message) {
            case SchedulerMessage.Welcome welcome -> {
                members.clear();
                keys.clear();
                add(welcome.members(), welcome.ownKeys());
                saveLater();
            }
            case SchedulerMessage.Members change -> {
                change.left().forEach(members::remove);
                change.left().forEach(keys::remove);
                add(change.joined(), change.ownKeys());
                saveLater();
            }
            case SchedulerMessage.Shun shun -> {
                members.remove(shun.host());
                keys.remove(shun.host());
                saveLater();
            }
            case SchedulerMessage.Place _,SchedulerMessage.Source _,SchedulerMessage.Keys _,SchedulerMessage.Lease _,SchedulerMessage.Revoke _,SchedulerMessage.Throttle _,SchedulerMessage.Pardon _,SchedulerMessage.Unobtainable _ -> {
                // About blobs.
            }
        }
    }

    private void add(List<Member> joined, List<VouchKey> ownKeys) {
        joined.forEach(member -> members.put(member.host(), member));
        ownKeys.forEach(key -> keys.put(key.signer(), key));
    }

    private void saveLater() {
        if (!isUnsaved) {
            isUnsaved = true;
            later.execute(this::save);
        }
    }

    /** Writes what has changed since the last time, if anything. */
    public void save() {
        synchronized (writing) {
            write();
        }
    }

    private void write() {
        byte[] remembered;
        synchronized (this) {
            if (!isUnsaved) {
                return;
            }
            isUnsaved = false;
            remembered = JSON.writeValueAsBytes(new Remembered(List.copyOf(members.values()), List.copyOf(keys.values())));
        }
        Path fresh = file.resolveSibling("members.json.new");
        try {
            Files.write(fresh, remembered);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("The members can't be kept in {}: {}", file, e.getMessage());
        }
    }
}
