package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest.Algorithm;
import dev.darter.protocol.HostId;
import dev.darter.protocol.SignedStates;

final class JournalTest {

    private static final ChunkLayout LAYOUT = ChunkLayout.forSize(1_000_000);
    private static final List<JournalRecord> RECORDS = List.of(
            new JournalRecord.States(1, Trust.VOUCHED, List.of(ChainState.of(new byte[32]), ChainState.of(new byte[32]))),
            new JournalRecord.States(3, Trust.CLAIMED, List.of(ChainState.of(new byte[32]))), new JournalRecord.Linked(0),
            new JournalRecord.Signed(new SignedStates(new HostId("reader"), 1L << 40, 1,
                    List.of(ChainState.of(new byte[32]), ChainState.of(new byte[32])), Bytes.of(new byte[64]))),
            new JournalRecord.Lone(2, Bytes.of(new byte[32])), new JournalRecord.Dropped(2), new JournalRecord.Rewound(1));

    @TempDir
    Path folder;

    private final Disk disk = new RealDisk();

    private Path write(List<JournalRecord> records) throws IOException {
        Path path = folder.resolve("chain");
        try (Journal journal = Journal.create(disk, path, LAYOUT, "https://r")) {
            for (JournalRecord step : records) {
                journal.append(step);
            }
        }
        return path;
    }

    private Journal.Content read(Path path) throws IOException {
        return Journal.read(disk, path, Algorithm.SHA256).orElseThrow();
    }

    @Test
    void tellsWhatItWasTold() throws Exception {
        Path path = write(RECORDS);
        assertThat(read(path)).isEqualTo(new Journal.Content(LAYOUT, "https://r", RECORDS, Files.size(path)));
    }

    @Test
    void whereverItIsCutTheRecordsBeforeAreGood() throws Exception {
        byte[] whole = Files.readAllBytes(write(RECORDS));
        int headerEnd = (int) read(write(List.of())).end();
        Path cut = folder.resolve("cut");
        for (int length = 0; length < whole.length; length++) {
            Files.write(cut, Arrays.copyOf(whole, length));
            if (length < headerEnd) {
                assertThat(Journal.read(disk, cut, Algorithm.SHA256)).isEmpty();
            } else {
                Journal.Content content = read(cut);
                assertThat(content.records()).isEqualTo(RECORDS.subList(0, content.records().size()));
                assertThat(content.end()).isBetween((long) headerEnd, (long) length);
            }
        }
    }

    @Test
    void aFlippedBitEndsItThere() throws Exception {
        byte[] whole = Files.readAllBytes(write(RECORDS));
        long seed = System.nanoTime();
        System.out.println("JournalTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Path damaged = folder.resolve("damaged");
        for (int round = 0; round < 300; round++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(damaged, bytes);
            Journal.read(disk, damaged, Algorithm.SHA256).ifPresent(content -> {
                assertThat(content.records()).hasSizeLessThan(RECORDS.size());
                assertThat(content.records()).isEqualTo(RECORDS.subList(0, content.records().size()));
            });
        }
    }

    @Test
    void canBeClearedDownToItsHeader() throws Exception {
        Path path = write(RECORDS);
        try (Journal journal = Journal.resume(disk, path, read(path))) {
            journal.clear();
            journal.append(RECORDS.get(2));
        }
        assertThat(read(path).records()).containsExactly(RECORDS.get(2));
    }

    @Test
    void goesOnBehindTheLastGoodRecord() throws Exception {
        Path path = write(RECORDS.subList(0, 3));
        byte[] bytes = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(bytes, bytes.length - 1));
        try (Journal journal = Journal.resume(disk, path, read(path))) {
            journal.append(RECORDS.get(5));
        }
        assertThat(read(path).records()).containsExactly(RECORDS.get(0), RECORDS.get(1), RECORDS.get(5));
    }
}
