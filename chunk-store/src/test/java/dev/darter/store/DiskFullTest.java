package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

final class DiskFullTest {

    /** The system's words are all there is, so the real ones have to be tried. */
    @Test
    void knowsAFullDiskFromTheSystemsOwnWords() throws Exception {
        try (OpenFile file = new RealDisk().openForWrite(Path.of("/dev/full"))) {
            IOException failure = catchThrowableOfType(IOException.class, () -> file.write(ByteBuffer.allocate(10), 0));
            assertThat(DiskFull.is(failure)).isTrue();
            assertThat(StoreException.of("Can't write", failure).code()).isEqualTo(StoreException.Code.FULL);
        }
        assertThat(DiskFull.is(new IOException("Input/output error"))).isFalse();
    }
}
