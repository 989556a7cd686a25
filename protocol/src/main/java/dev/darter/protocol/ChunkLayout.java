package dev.darter.protocol;

/**
 * How a blob of a known size is cut into chunks: all of one length but for the last. The number of the layout stands in every message and
 * file, so that it can change without a misunderstanding. An empty blob has no chunk.
 *
 * @param number which rule was used, see {@link #forSize}
 * @param blobSize length of the blob in bytes
 * @param chunkSize length of every chunk but the last in bytes, a multiple of 128 (the block length of SHA-512)
 */
public record ChunkLayout(int number, long blobSize, int chunkSize) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final long GIB = 1024L * MIB;
    private static final int CURRENT = 1;

    /** Longer blobs are refused: they exist nowhere, and a number from the wire must not decide how much memory a list of chunks takes. */
    public static final long LARGEST_BLOB = 4096 * GIB;

    /** Layout number 1: 256 KiB below 64 MiB, 1 MiB below 4 GiB, 4 MiB from there on. */
    public static ChunkLayout forSize(long blobSize) {
        return of(CURRENT, blobSize);
    }

    /** The layout with this number; an unknown number, and a size that no blob has, is an {@link IllegalArgumentException}. */
    public static ChunkLayout of(int number, long blobSize) {
        if (number != CURRENT) {
            throw new IllegalArgumentException("Chunk layout " + number + " is unknown here: a newer Darter wrote it");
        }
        if (blobSize < 0 || blobSize > LARGEST_BLOB) {
            throw new IllegalArgumentException("A blob can't have " + blobSize + " bytes");
        }
        int chunkSize = blobSize < 64L * MIB ? 256 * KIB : blobSize < 4 * GIB ? MIB : 4 * MIB;
        return new ChunkLayout(number, blobSize, chunkSize);
    }

    /**
     * Checks a size as a message tells it, which may be -1 where it is not known.
     *
     * @throws IllegalArgumentException when no blob has it
     */
    static void requireSize(long size) {
        if (size < -1 || size > LARGEST_BLOB) {
            throw new IllegalArgumentException("A blob can't have " + size + " bytes");
        }
    }

    /** Number of chunks. */
    public int count() {
        return Math.toIntExact((blobSize + chunkSize - 1) / chunkSize);
    }

    /** Where a chunk begins, in bytes from the start of the blob. */
    public long offset(int chunk) {
        return (long) chunk * chunkSize;
    }

    /** Length of a chunk in bytes. */
    public int length(int chunk) {
        return (int) Math.min(chunkSize, blobSize - offset(chunk));
    }

    /** The chunk that holds the byte at this offset. */
    public int chunkAt(long offset) {
        return (int) (offset / chunkSize);
    }
}
