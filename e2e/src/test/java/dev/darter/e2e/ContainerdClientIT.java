package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.darter.containerd.ChangeListener;
import dev.darter.containerd.ContainerdException;
import dev.darter.containerd.ContentInfo;
import dev.darter.containerd.Lease;
import dev.darter.protocol.Digest;

/** The client of containerd's services, against real ones. */
final class ContainerdClientIT {
    private static final String NAMESPACE = "default";
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @ParameterizedTest
    @EnumSource
    void seesWhatIsThere(Containerd.Release release) throws Exception {
        TestImage image = sandbox.registry().push(TestImages.hello());
        Containerd containerd = Containerd.start(sandbox, "containerd", release).useMirror(sandbox.registry().url());
        Queue<String> topics = new ConcurrentLinkedQueue<>();
        try (var client = client(containerd); var _ = client.subscribe(new Noting(topics))) {
            assertThat(client.version()).contains(release == Containerd.Release.DEBIAN ? "1.6" : "2.4");
            containerd.fetch(image.reference()).orFail("fetch");

            Waiting.until("the new image is told", SOON, () -> topics.contains(NAMESPACE + "/images/create"));
            assertThat(client.namespaces()).contains(NAMESPACE);
            assertThat(client.contentFolder().orElseThrow().resolve("blobs/sha256")).isEqualTo(containerd.blobs());
            List<ContentInfo> contents = client.list(NAMESPACE);
            assertThat(contents.stream().map(info -> info.digest().toString()))
                    .containsExactlyInAnyOrderElementsOf(image.contents().stream().map(Blob::digest).toList());
            assertThat(contents).allSatisfy(info -> assertThat(info.sources()).containsExactly(DarterCluster.REGISTRY));
            assertThat(client.list("other")).isEmpty();
            assertThat(client.info("other", contents.getFirst().digest())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsContent(Containerd.Release release) throws Exception {
        TestImage image = sandbox.registry().push(TestImages.small());
        Containerd containerd = Containerd.start(sandbox, "containerd", release).useMirror(sandbox.registry().url());
        containerd.fetch(image.reference()).orFail("fetch");
        Blob blob = image.largest();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var client = client(containerd)) {
            client.read(NAMESPACE, Digest.parse(blob.digest()), 1000, blob.size() - 1000, piece -> append(bytes, piece));
        }
        byte[] whole = Files.readAllBytes(blob.file());
        assertThat(bytes.toByteArray()).isEqualTo(Arrays.copyOfRange(whole, 1000, whole.length));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsFedStaysAsLongAsItsLease(Containerd.Release release) throws Exception {
        Containerd containerd = Containerd.start(sandbox, "containerd", release);
        Blob blob = TestImages.small().largest();
        Digest digest = Digest.parse(blob.digest());
        try (var client = client(containerd); FileChannel file = FileChannel.open(blob.file())) {
            Lease lease = client.lease(NAMESPACE, "test", Instant.now().plus(Duration.ofHours(1)));
            var labels = ContentInfo.sourceLabel(DarterCluster.REGISTRY, "e2e/small");

            client.ingest(lease, digest, blob.size(), labels, file::read);
            client.ingest(client.lease(NAMESPACE, "test", Instant.now()), digest, blob.size(), labels, file::read);

            assertThat(containerd.blobs().resolve(digest.hex())).hasSameBinaryContentAs(blob.file());
            assertThat(client.info(NAMESPACE, digest).orElseThrow().sources()).containsExactly(DarterCluster.REGISTRY);
            containerd.collectGarbage();
            assertThat(client.info(NAMESPACE, digest)).isPresent();
            client.end(lease);
            client.end(lease);
            containerd.collectGarbage();
            assertThat(client.info(NAMESPACE, digest)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void falseContentIsNotCommitted(Containerd.Release release) throws Exception {
        Containerd containerd = Containerd.start(sandbox, "containerd", release);
        Digest digest = Digest.parse(TestImages.small().largest().digest());
        try (var client = client(containerd)) {
            Lease lease = client.lease(NAMESPACE, "test", Instant.now().plus(Duration.ofHours(1)));

            assertThatThrownBy(() -> client.ingest(lease, digest, 3, Map.of(), (into, _) -> into.put(new byte[]{1, 2, 3})))
                    .isInstanceOf(ContainerdException.class);

            assertThat(client.info(NAMESPACE, digest)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void brokenOffWritingIsGoneOnWith(Containerd.Release release) throws Exception {
        Containerd containerd = Containerd.start(sandbox, "containerd", release);
        Blob blob = TestImages.small().largest();
        Digest digest = Digest.parse(blob.digest());
        List<Long> offsets = new ArrayList<>();
        try (var client = client(containerd); FileChannel file = FileChannel.open(blob.file())) {
            Lease lease = client.lease(NAMESPACE, "test", Instant.now().plus(Duration.ofHours(1)));
            assertThatThrownBy(() -> client.ingest(lease, digest, blob.size(), Map.of(), (into, offset) -> {
                if (offset > blob.size() / 2) {
                    containerd.kill();
                }
                file.read(into, offset);
            })).isInstanceOfSatisfying(ContainerdException.class,
                    e -> assertThat(e.code()).isEqualTo(ContainerdException.Code.UNAVAILABLE));
            containerd.restart();
            Waiting.until("it answers again", SOON, () -> answers(client));

            client.ingest(lease, digest, blob.size(), Map.of(), (into, offset) -> {
                offsets.add(offset);
                file.read(into, offset);
            });

            assertThat(offsets.getFirst()).isGreaterThan(blob.size() / 3);
            assertThat(containerd.blobs().resolve(digest.hex())).hasSameBinaryContentAs(blob.file());
        }
    }

    @ParameterizedTest
    @EnumSource
    void fullDiskIsSaid(Containerd.Release release) throws Exception {
        Path content = sandbox.scratch("containerd/root/io.containerd.content.v1.content");
        sandbox.run(sandbox.command("mount", "mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", content.toString())).orFail("mount");
        sandbox.closeLater(() -> sandbox.run(sandbox.command("umount", "umount", content.toString())).orFail("umount"));
        Containerd containerd = Containerd.start(sandbox, "containerd", release);
        Blob blob = TestImages.small().largest();
        try (var client = client(containerd); FileChannel file = FileChannel.open(blob.file())) {
            Lease lease = client.lease(NAMESPACE, "test", Instant.now().plus(Duration.ofHours(1)));

            assertThatThrownBy(() -> client.ingest(lease, Digest.parse(blob.digest()), blob.size(), Map.of(), file::read))
                    .isInstanceOfSatisfying(ContainerdException.class, e -> assertThat(e.code()).isEqualTo(ContainerdException.Code.FULL));

            assertThat(client.list(NAMESPACE)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void restartIsNoticedAndSurvived(Containerd.Release release) throws Exception {
        Containerd containerd = Containerd.start(sandbox, "containerd", release);
        Queue<String> topics = new ConcurrentLinkedQueue<>();
        try (var client = client(containerd); var _ = client.subscribe(new Noting(topics))) {
            client.version();
            containerd.kill();

            Waiting.until("the loss is told", SOON, () -> topics.contains("lost " + ContainerdException.Code.UNAVAILABLE));
            assertThatThrownBy(client::version).isInstanceOfSatisfying(ContainerdException.class,
                    e -> assertThat(e.code()).isEqualTo(ContainerdException.Code.UNAVAILABLE));
            containerd.restart();

            Waiting.until("it answers again", SOON, () -> answers(client));
        }
    }

    private static boolean answers(dev.darter.containerd.Containerd client) {
        try {
            return !client.version().isEmpty();
        } catch (ContainerdException e) {
            return false;
        }
    }

    private static dev.darter.containerd.Containerd client(Containerd containerd) {
        return dev.darter.containerd.Containerd.at(containerd.socket());
    }

    private static void append(ByteArrayOutputStream bytes, ByteBuffer piece) {
        byte[] copy = new byte[piece.remaining()];
        piece.get(copy);
        bytes.writeBytes(copy);
    }

    private record Noting(Queue<String> topics) implements ChangeListener {
        @Override
        public void changed(String namespace, String topic) {
            topics.add(namespace + topic);
        }

        @Override
        public void lost(ContainerdException why) {
            topics.add("lost " + why.code());
        }
    }
}
