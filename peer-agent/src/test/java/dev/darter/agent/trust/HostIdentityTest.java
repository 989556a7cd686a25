package dev.darter.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostIdentityTest {

    @TempDir
    Path data;

    @Test
    void staysTheSameAcrossRestarts() throws IOException {
        HostIdentity first = HostIdentity.load(data);
        HostIdentity again = HostIdentity.load(data);
        assertThat(again.id()).isEqualTo(first.id());
        byte[] payload = {1, 2, 3};
        assertThat(SigningKey.verifies(first.key().publicKey(), payload, again.key().sign(payload))).isTrue();
    }

    @Test
    void keepsTheKeyFromOtherUsers() throws IOException {
        HostIdentity.load(data);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("host-key")))).isEqualTo("rw-------");
    }

    @Test
    void namesADamagedFileInsteadOfBecomingAnotherHost() throws IOException {
        HostIdentity.load(data);
        Files.write(data.resolve("host-key"), new byte[]{1, 2, 3});
        assertThatThrownBy(() -> HostIdentity.load(data)).isInstanceOf(IOException.class).hasMessageContaining("host-key");
    }
}
