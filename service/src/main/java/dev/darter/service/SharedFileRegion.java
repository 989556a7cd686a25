package dev.darter.service;

import java.nio.channels.FileChannel;

import io.netty.channel.DefaultFileRegion;

/**
 * A part of a file whose channel outlives the sending. Still a {@link DefaultFileRegion}, because only that goes through {@code sendfile}.
 */
final class SharedFileRegion extends DefaultFileRegion {
    SharedFileRegion(FileChannel file, long position, long length) {
        super(file, position, length);
    }

    @Override
    protected void deallocate() {
        // The parent would close the file.
    }
}
