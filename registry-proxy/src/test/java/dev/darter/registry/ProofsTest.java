package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.Digest;
import dev.darter.registry.Proofs.Standing;
import dev.darter.registry.Proofs.Subject;

class ProofsTest {

    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Duration GRACE = Duration.ofHours(1);
    private static final String REGISTRY = "https://registry.example";
    private static final Digest INDEX = digest(1);
    private static final Digest MANIFEST = digest(2);
    private static final Digest LAYER = digest(3);
    private static final Subject SUBJECT = new Subject(new CallerId("alice"), REGISTRY, "lib/app", ContentKind.MANIFEST, INDEX);

    private final MovableClock clock = new MovableClock();
    private final Proofs proofs = new Proofs(clock, LIFETIME, GRACE);

    @Test
    void holdsForItsLifetimeAndThenCountsInOutagesOnly() {
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.UNPROVEN);
        proofs.prove(SUBJECT, Optional.empty());
        clock.advance(LIFETIME.minusMillis(1));
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.PROVEN);
        clock.advance(Duration.ofMillis(1));
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.PROVEN_ONCE);
        clock.advance(GRACE.minusMillis(1));
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.PROVEN_ONCE);
        clock.advance(Duration.ofMillis(1));
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.UNPROVEN);
    }

    @Test
    void neverHoldsLongerThanTheToken() {
        proofs.prove(SUBJECT, Optional.of(clock.instant().plusSeconds(10)));
        clock.advance(Duration.ofSeconds(10));
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.PROVEN_ONCE);
    }

    @Test
    void isNotProlongedByALongToken() {
        proofs.prove(SUBJECT, Optional.of(clock.instant().plus(Duration.ofDays(1))));
        clock.advance(LIFETIME);
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.PROVEN_ONCE);
    }

    @Test
    void coversWhatTheManifestListsDownToTheLayers() {
        proofs.prove(SUBJECT, Optional.empty());
        assertThat(proofs.check(blob(LAYER))).isEqualTo(Standing.UNPROVEN);
        proofs.learn(REGISTRY, MANIFEST, manifest(LAYER));
        proofs.learn(REGISTRY, INDEX, index(MANIFEST));
        assertThat(proofs.check(SUBJECT.manifest(MANIFEST))).isEqualTo(Standing.PROVEN);
        assertThat(proofs.check(blob(LAYER))).isEqualTo(Standing.PROVEN);
        clock.advance(LIFETIME);
        assertThat(proofs.check(blob(LAYER))).isEqualTo(Standing.PROVEN_ONCE);
    }

    @Test
    void isForOneCallerOneRegistryAndOneRepository() {
        proofs.prove(SUBJECT, Optional.empty());
        proofs.learn(REGISTRY, INDEX, manifest(LAYER));
        assertThat(proofs.check(new Subject(new CallerId("bob"), REGISTRY, "lib/app", ContentKind.BLOB, LAYER)))
                .isEqualTo(Standing.UNPROVEN);
        assertThat(proofs.check(new Subject(SUBJECT.caller(), REGISTRY, "lib/other", ContentKind.BLOB, LAYER)))
                .isEqualTo(Standing.UNPROVEN);
        assertThat(proofs.check(new Subject(SUBJECT.caller(), "https://other.example", "lib/app", ContentKind.BLOB, LAYER)))
                .isEqualTo(Standing.UNPROVEN);
    }

    @Test
    void doesNotClimb() {
        proofs.learn(REGISTRY, INDEX, index(MANIFEST));
        proofs.prove(SUBJECT.manifest(MANIFEST), Optional.empty());
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.UNPROVEN);
    }

    @Test
    void endsWhenTheUpstreamRefuses() {
        proofs.prove(SUBJECT, Optional.empty());
        proofs.revoke(SUBJECT);
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.UNPROVEN);
    }

    @Test
    void findsItsWayThroughManyManifestsWithoutEnd() {
        for (int i = 10; i < 20_000; i++) {
            proofs.learn(REGISTRY, digest(i + 1), index(digest(i)));
        }
        proofs.learn(REGISTRY, digest(10), index(digest(20_000)));
        assertThat(proofs.check(SUBJECT.manifest(digest(10)))).isEqualTo(Standing.UNPROVEN);
    }

    @Test
    void findsThisImageAmongManyWithTheSameLayer() {
        for (int i = 10; i < 500; i++) {
            proofs.learn(REGISTRY, digest(i), manifest(LAYER));
        }
        proofs.learn(REGISTRY, INDEX, manifest(LAYER));
        proofs.prove(SUBJECT, Optional.empty());
        assertThat(proofs.check(blob(LAYER))).isEqualTo(Standing.PROVEN);
    }

    @Test
    void tellsTheSizeThatTheCallersManifestsAgreeOn() {
        proofs.learn(REGISTRY, INDEX, sized(LAYER, 100));
        assertThat(proofs.size(blob(LAYER))).isEmpty();
        proofs.prove(SUBJECT, Optional.empty());
        assertThat(proofs.size(blob(LAYER))).hasValue(100);
        proofs.learn(REGISTRY, MANIFEST, sized(LAYER, 7));
        assertThat(proofs.size(blob(LAYER))).as("a manifest that the caller has not read says otherwise").hasValue(100);
        proofs.prove(SUBJECT.manifest(MANIFEST), Optional.empty());
        assertThat(proofs.size(blob(LAYER))).isEmpty();
    }

    /** Somebody may push a blob that reads like a manifest: the registry does not look into it, so nothing follows from it. */
    @Test
    void isNoProofOfAManifestWhereItIsOneOfABlob() {
        proofs.prove(new Subject(SUBJECT.caller(), REGISTRY, "lib/app", ContentKind.BLOB, INDEX), Optional.empty());
        proofs.learn(REGISTRY, INDEX, manifest(LAYER));
        assertThat(proofs.check(SUBJECT)).isEqualTo(Standing.UNPROVEN);
        assertThat(proofs.check(blob(LAYER))).isEqualTo(Standing.UNPROVEN);
        assertThat(proofs.size(blob(LAYER))).isEmpty();
    }

    private static Subject blob(Digest digest) {
        return new Subject(SUBJECT.caller(), REGISTRY, "lib/app", ContentKind.BLOB, digest);
    }

    private static Manifest index(Digest... listed) {
        return new Manifest(Optional.empty(), Manifest.OCI_INDEX,
                Arrays.stream(listed)
                        .map(digest -> new Descriptor(ContentKind.MANIFEST, digest, OptionalLong.empty(), Optional.empty()))
                        .toList());
    }

    private static Manifest sized(Digest listed, long size) {
        return new Manifest(Optional.empty(), Manifest.OCI_MANIFEST,
                List.of(new Descriptor(ContentKind.BLOB, listed, OptionalLong.of(size), Optional.empty())));
    }

    private static Manifest manifest(Digest... listed) {
        return new Manifest(Optional.empty(), Manifest.OCI_MANIFEST,
                Arrays.stream(listed)
                        .map(digest -> new Descriptor(ContentKind.BLOB, digest, OptionalLong.empty(), Optional.empty()))
                        .toList());
    }

    private static Digest digest(int number) {
        return Digest.parse("sha256:" + "%064x".formatted(number));
    }
}
