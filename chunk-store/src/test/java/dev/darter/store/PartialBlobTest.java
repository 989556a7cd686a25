package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest.Algorithm;
import dev.darter.protocol.SignedStates;

final class PartialBlobTest {

    private static final int CHUNK = TestBlob.CHUNK;
    private static final WriteResult ACCEPTED = new WriteResult.Accepted();

    @TempDir
    Path folder;

    private final TestBlob blob = TestBlob.of(1, 4 * CHUNK + 99);
    private ChunkStore store;
    private PartialBlob partial;

    @BeforeEach
    void open() throws StoreException {
        store = ChunkStore.open(StoreOptions.of(folder, 1L << 30), InstantSource.system());
        partial = store.begin(blob.key(), blob.size());
    }

    @AfterEach
    void close() {
        partial.close();
        store.close();
    }

    private static ChainState lie() {
        return ChainState.of(new byte[32]);
    }

    private void learn(int first, int end, Trust trust) throws StoreException {
        assertThat(partial.learn(first, blob.states().subList(first, end), trust)).isInstanceOf(LearnResult.Learnt.class);
    }

    @Test
    void takesChunksInAnyOrderAgainstTheStatesAroundThem() throws Exception {
        learn(0, 5, Trust.VOUCHED);
        for (int chunk : new int[]{3, 0, 4, 2}) {
            assertThat(partial.write(chunk, blob.chunk(chunk))).isEqualTo(ACCEPTED);
        }
        assertThat(partial.write(1, blob.damagedChunk(1))).isEqualTo(new WriteResult.Corrupt(Trust.VOUCHED));
        assertThat(partial.write(3, blob.damagedChunk(3))).isEqualTo(new WriteResult.AlreadyThere());
        assertThat(partial.servable()).isEqualTo(ChunkSet.of(0, 2, 3, 4));
        assertThat(partial.completableBytes(2L * CHUNK)).as("without the last chunk").isEqualTo(2L * CHUNK);
        assertThat(partial.frontier()).isEqualTo(1);
        assertThat(partial.prove()).isEqualTo(new Proof.Open(ChunkSet.of(1)));
        assertThat(partial.write(1, blob.chunk(1))).isEqualTo(ACCEPTED);
        assertThat(partial.prove()).isEqualTo(new Proof.Proven());
        assertThat(partial.servable()).isEqualTo(ChunkSet.ofRange(0, 5));
    }

    @Test
    void whatOnlyClaimsSupportIsServedAfterTheProofAndNotBefore() throws Exception {
        learn(0, 5, Trust.CLAIMED);
        for (int chunk = 0; chunk < 5; chunk++) {
            assertThat(partial.write(chunk, blob.chunk(chunk))).isEqualTo(ACCEPTED);
        }
        assertThat(partial.verified()).isEqualTo(ChunkSet.ofRange(0, 5));
        assertThat(partial.servable().isEmpty()).isTrue();
        assertThat(partial.prove()).isEqualTo(new Proof.Proven());
        assertThat(partial.servable()).isEqualTo(ChunkSet.ofRange(0, 5));
        assertThat(partial.state(2)).contains(new KnownState(blob.states().get(2), Trust.PROVEN));
    }

    private void reopen() throws StoreException {
        partial.close();
        store.close();
        store = ChunkStore.open(StoreOptions.of(folder, 1L << 30), InstantSource.system());
        partial = store.begin(blob.key(), blob.size());
    }

    @Test
    void keepsSignaturesWithTheStatesOverARestart() throws Exception {
        partial.learn(blob.signed("one", 1, 3));
        learn(3, 4, Trust.VOUCHED);
        partial.learn(blob.signed("two", 3, 4));
        partial.write(0, blob.chunk(0));
        reopen();
        assertThat(partial.signatures()).containsExactly(blob.signed("one", 1, 3), blob.signed("two", 3, 4));
        assertThat(partial.servable()).isEqualTo(ChunkSet.of(0));
        assertThat(partial.state(2)).contains(new KnownState(blob.states().get(2), Trust.VOUCHED));
    }

    @Test
    void forgetsSignaturesOfWhatIsRewound() throws Exception {
        partial.learn(blob.signed("one", 1, 2));
        partial.learn(blob.signed("two", 2, 4));
        partial.rewind(3);
        assertThat(partial.signatures()).containsExactly(blob.signed("one", 1, 2));
        reopen();
        assertThat(partial.signatures()).containsExactly(blob.signed("one", 1, 2));
    }

    @Test
    void keepsNoSignatureOfWhatContradictsABelievedState() throws Exception {
        partial.learn(blob.signed("one", 1, 2));
        SignedStates other = new SignedStates(blob.signed("two", 1, 2).signer(), 9, 1, List.of(lie()),
                blob.signed("two", 1, 2).signature());
        assertThat(partial.learn(other)).isEqualTo(new LearnResult.Conflict(1, Trust.VOUCHED));
        assertThat(partial.signatures()).containsExactly(blob.signed("one", 1, 2));
    }

    @Test
    void canNotVerifyWithoutTheStatesAround() throws Exception {
        assertThat(partial.write(0, blob.chunk(0))).isEqualTo(new WriteResult.Unverifiable());
        learn(1, 2, Trust.VOUCHED);
        assertThat(partial.write(0, blob.chunk(0))).isEqualTo(ACCEPTED);
        assertThat(partial.write(1, blob.chunk(1))).isEqualTo(new WriteResult.Unverifiable());
    }

    @Test
    void aVouchedStateReplacesAFalseClaimAndWhatRestedOnIt() throws Exception {
        learn(0, 5, Trust.CLAIMED);
        partial.write(1, blob.chunk(1));
        assertThat(partial.learn(3, List.of(lie()), Trust.CLAIMED)).isEqualTo(new LearnResult.Learnt(1));
        assertThat(partial.write(2, blob.chunk(2))).isEqualTo(new WriteResult.Corrupt(Trust.CLAIMED));
        assertThat(partial.learn(2, List.of(lie()), Trust.CLAIMED)).as("a chunk has confirmed the other claim")
                .isEqualTo(new LearnResult.Learnt(0));
        learn(0, 5, Trust.VOUCHED);
        assertThat(partial.servable()).isEqualTo(ChunkSet.of(1));
        assertThat(partial.write(2, blob.chunk(2))).isEqualTo(ACCEPTED);
        assertThat(partial.learn(2, List.of(lie()), Trust.CLAIMED)).isEqualTo(new LearnResult.Learnt(0));
    }

    @Test
    void forgetsChunksThatFittedAFalseClaimOnly() throws Exception {
        ChainState false1 = ChainHasher.forAlgorithm(Algorithm.SHA256).advance(blob.states().get(0), 0, blob.damagedChunk(0));
        partial.learn(1, List.of(false1), Trust.CLAIMED);
        assertThat(partial.write(0, blob.damagedChunk(0))).isEqualTo(ACCEPTED);
        learn(1, 2, Trust.VOUCHED);
        assertThat(partial.verified().isEmpty()).isTrue();
        assertThat(partial.write(0, blob.chunk(0))).isEqualTo(ACCEPTED);
    }

    @Test
    void twoVouchedStatesThatDifferAreAConflictAndNothingIsLearnt() throws Exception {
        learn(2, 4, Trust.VOUCHED);
        assertThat(partial.learn(1, List.of(blob.states().get(1), blob.states().get(2), lie()), Trust.VOUCHED))
                .isEqualTo(new LearnResult.Conflict(3, Trust.VOUCHED));
        assertThat(partial.state(1)).isEmpty();
        assertThat(partial.learn(0, List.of(lie()), Trust.VOUCHED)).isEqualTo(new LearnResult.Conflict(0, Trust.PROVEN));
    }

    @Test
    void statesOutsideOfTheBlobOrOfTheWrongLengthAreRefused() {
        assertThatThrownBy(() -> partial.learn(3, blob.states().subList(0, 3), Trust.VOUCHED)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> partial.learn(1, List.of(ChainState.of(new byte[64])), Trust.VOUCHED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theOriginsBytesMakeTheChainInWhateverPortionsTheyCome() throws Exception {
        OriginAppender appender = partial.appender(0);
        ByteBuffer bytes = ByteBuffer.wrap(blob.content());
        int boundary = 1;
        for (int portion = 1; bytes.hasRemaining(); portion += 70_000) {
            int length = Math.min(portion, bytes.remaining());
            AppendResult.Progress progress = (AppendResult.Progress) appender.append(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            assertThat(progress.states()).isEqualTo(blob.states().subList(boundary, boundary + progress.states().size()));
            boundary += progress.states().size();
        }
        assertThat(boundary).isEqualTo(5);
        assertThat(appender.append(ByteBuffer.allocate(1))).isEqualTo(new AppendResult.TooLong());
        assertThat(partial.prove()).isEqualTo(new Proof.Proven());
    }

    @Test
    void anAppenderGoesOnWhereTheVouchedChainEnds() throws Exception {
        learn(0, 4, Trust.VOUCHED);
        partial.write(3, blob.chunk(3));
        OriginAppender appender = partial.appender(9);
        assertThat(appender.start()).isEqualTo(3);
        assertThat(appender.offset()).isEqualTo(3L * CHUNK);
        ByteBuffer rest = ByteBuffer.wrap(blob.content(), 3 * CHUNK, CHUNK + 99);
        assertThat(appender.append(rest)).isEqualTo(new AppendResult.Progress(4, List.of(blob.states().get(4)), 5));
        assertThat(partial.verified()).isEqualTo(ChunkSet.of(3, 4));
    }

    @Test
    void anOriginThatSendsSomethingElseDoesNotCloseTheChain() throws Exception {
        byte[] other = blob.content();
        other[10]++;
        assertThat(partial.appender(0).append(ByteBuffer.wrap(other))).isEqualTo(new AppendResult.Unclosed(0));
        assertThat(partial.servable().contains(4)).isFalse();
        partial.rewind(0);
        assertThat(partial.verified().isEmpty()).isTrue();
        partial.appender(0).append(ByteBuffer.wrap(blob.content()));
        assertThat(partial.prove()).isEqualTo(new Proof.Proven());
    }

    @Test
    void theReaderAfterALiarLearnsWhereTheForeignStatesBegin() throws Exception {
        partial.learn(1, List.of(lie()), Trust.VOUCHED);
        byte[] rest = Arrays.copyOfRange(blob.content(), CHUNK, blob.size());
        assertThat(partial.appender(1).append(ByteBuffer.wrap(rest))).isEqualTo(new AppendResult.Unclosed(1));
        assertThat(partial.appender(0).append(blob.chunk(0))).isEqualTo(new AppendResult.Conflict(1));
        partial.rewind(1);
        assertThat(partial.appender(0).append(ByteBuffer.wrap(blob.content()))).isInstanceOf(AppendResult.Progress.class);
        assertThat(partial.prove()).isEqualTo(new Proof.Proven());
    }

    @Test
    void anAppenderNoticesThatTheBlobWasRewound() throws Exception {
        OriginAppender appender = partial.appender(0);
        appender.append(ByteBuffer.wrap(blob.content(), 0, CHUNK + 1));
        partial.rewind(1);
        assertThat(appender.append(ByteBuffer.wrap(blob.content(), CHUNK + 1, CHUNK))).isEqualTo(new AppendResult.Superseded());
    }

    @Test
    void rewindKeepsWhatLiesBefore() throws Exception {
        partial.appender(0).append(ByteBuffer.wrap(blob.content()));
        partial.rewind(3);
        assertThat(partial.verified()).isEqualTo(ChunkSet.of(0, 1));
        assertThat(partial.state(2)).isPresent();
        assertThat(partial.state(3)).isEmpty();
        assertThat(partial.frontier()).isEqualTo(2);
    }

    @Test
    void chunksThatStandAloneAreServedAndChainedLater() throws Exception {
        assertThat(partial.writeAlone(2, blob.damagedChunk(2), blob.chunkHash(2))).isEqualTo(new WriteResult.Corrupt(Trust.VOUCHED));
        for (int chunk : new int[]{2, 3, 4}) {
            assertThat(partial.writeAlone(chunk, blob.chunk(chunk), blob.chunkHash(chunk))).isEqualTo(ACCEPTED);
        }
        assertThat(partial.servable()).isEqualTo(ChunkSet.of(2, 3, 4));
        assertThat(partial.completableBytes(2L * CHUNK)).isEqualTo(2L * CHUNK);
        assertThat(partial.prove()).isEqualTo(new Proof.Open(ChunkSet.of(0, 1)));
        partial.appender(0).append(ByteBuffer.wrap(blob.content(), 0, 2 * CHUNK));
        assertThat(partial.prove()).isEqualTo(new Proof.Proven());
        assertThat(partial.state(4)).contains(new KnownState(blob.states().get(4), Trust.PROVEN));
    }

    @Test
    void theOriginNeedNotBeReadAgainForChunksThatStoodAlone() throws Exception {
        for (int chunk : new int[]{1, 3}) {
            assertThat(partial.writeAlone(chunk, blob.chunk(chunk), blob.chunkHash(chunk))).isEqualTo(ACCEPTED);
        }
        assertThat(partial.chainLone()).isEqualTo(new Chaining.Chained(new ChunkSet()));
        partial.appender(0).append(blob.chunk(0));
        assertThat(partial.chainLone()).isEqualTo(new Chaining.Chained(ChunkSet.of(1)));
        assertThat(partial.appender(2).start()).isEqualTo(2);
        assertThat(partial.servable()).isEqualTo(ChunkSet.of(0, 1, 3));
    }

    @Test
    void anOriginThatContradictsAChunkThatStandsAloneIsNoticed() throws Exception {
        ByteBuffer wrong = blob.damagedChunk(1);
        assertThat(partial.writeAlone(1, wrong, LoneHash.of(wrong))).isEqualTo(ACCEPTED);
        assertThat(partial.appender(0).append(ByteBuffer.wrap(blob.content(), 0, 3 * CHUNK))).isEqualTo(new AppendResult.Conflict(2));
    }

    @Test
    void claimsMakeNoChunkWorseThatStandsAlone() throws Exception {
        assertThat(partial.writeAlone(1, blob.chunk(1), blob.chunkHash(1))).isEqualTo(ACCEPTED);
        learn(0, 5, Trust.CLAIMED);
        assertThat(partial.chainLone()).isEqualTo(new Chaining.Chained(new ChunkSet()));
        assertThat(partial.servable()).isEqualTo(ChunkSet.of(1));
        partial.forgetLone(1);
        assertThat(partial.servable().isEmpty()).isTrue();
    }

    @Test
    void aFalseChunkThatStandsAloneBreaksTheProof() throws Exception {
        ByteBuffer wrong = blob.damagedChunk(2);

        assertThat(partial.writeAlone(2, wrong, LoneHash.of(wrong))).isEqualTo(ACCEPTED);
        learn(0, 5, Trust.VOUCHED);
        assertThat(partial.prove()).isEqualTo(new Proof.Broken(3));
    }

    @Test
    void aDamagedChunkOnDiskIsForgottenWhenItIsCheckedAgain() throws Exception {
        learn(0, 5, Trust.VOUCHED);
        partial.write(0, blob.chunk(0));
        partial.write(1, blob.chunk(1));
        damage(CHUNK + 5);
        assertThat(partial.recheck(0)).isTrue();
        assertThat(partial.recheck(1)).isFalse();
        assertThat(partial.verified()).isEqualTo(ChunkSet.of(0));
    }

    private void damage(long offset) throws IOException {
        try (var channel = Files.newByteChannel(new Folders(folder).data(blob.key()), StandardOpenOption.WRITE)) {
            channel.position(offset).write(ByteBuffer.wrap(new byte[]{1, 2, 3}));
        }
    }

    @Test
    void nothingHasNoChunkAndOneName() throws Exception {
        TestBlob nothing = TestBlob.of(2, 0);
        try (PartialBlob empty = store.begin(nothing.key(), 0); PartialBlob wrong = store.begin(TestBlob.of(3, 1).key(), 0)) {
            assertThat(empty.prove()).isEqualTo(new Proof.Proven());
            assertThat(wrong.prove()).isEqualTo(new Proof.Broken(0));
        }
    }

    @Test
    void tellsListenersOfEveryChange() throws Exception {
        int[] changes = new int[1];
        Pin listening = partial.onChange(() -> changes[0]++);
        learn(0, 2, Trust.VOUCHED);
        partial.write(0, blob.chunk(0));
        assertThat(changes[0]).isEqualTo(2);
        listening.close();
        learn(0, 5, Trust.VOUCHED);
        assertThat(changes[0]).isEqualTo(2);
    }

    @Test
    void anInterruptDoesNotCloseTheFileForOthers() throws Exception {
        learn(0, 5, Trust.VOUCHED);
        Thread.currentThread().interrupt();
        assertThat(partial.write(0, blob.chunk(0))).isEqualTo(ACCEPTED);
        assertThatThrownBy(() -> partial.channel().read(ByteBuffer.allocate(1), 0))
                .isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(partial.channel().read(ByteBuffer.allocate(1), 0)).isEqualTo(1);
        assertThat(partial.write(1, blob.chunk(1))).isEqualTo(ACCEPTED);
    }

    /** Several lanes that write without a pause would otherwise keep a rewind waiting for ever. */
    @Test
    void rewindsBeforeChunksThatCameAfterIt() throws Exception {
        learn(0, 5, Trust.VOUCHED);
        CountDownLatch linked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Thread> holder = new AtomicReference<>();
        partial.onChange(() -> {
            if (Thread.currentThread().equals(holder.get())) {
                linked.countDown();
                await(goOn);
            }
        });
        FutureTask<WriteResult> first = new FutureTask<>(() -> partial.write(0, blob.chunk(0)));
        FutureTask<Boolean> rewind = new FutureTask<>(() -> {
            partial.rewind(1);
            return true;
        });
        FutureTask<WriteResult> second = new FutureTask<>(() -> partial.write(2, blob.chunk(2)));
        Thread writer = Thread.ofPlatform().unstarted(first);
        holder.set(writer);
        writer.start();
        await(linked);
        awaitWaiting(Thread.ofPlatform().start(rewind));
        awaitWaiting(Thread.ofPlatform().start(second));
        goOn.countDown();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(ACCEPTED);
        assertThat(rewind.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(second.get(20, TimeUnit.SECONDS)).as("its states are forgotten").isEqualTo(new WriteResult.Unverifiable());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
    }
}
