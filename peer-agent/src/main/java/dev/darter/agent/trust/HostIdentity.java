package dev.darter.agent.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

import dev.darter.protocol.HostId;
import dev.darter.protocol.VouchKey;

/**
 * Who this host is in the cluster, and the key with which it vouches for blobs that it has proven. Both are kept in the data folder, so that
 * what a host signed before a restart is still believed after it.
 */
public record HostIdentity(HostId id, SigningKey key) {

    private static final String ID_FILE = "host-id";
    private static final String KEY_FILE = "host-key";

    /**
     * Reads the identity from {@code <data>/host-id} and {@code <data>/host-key}; makes what is missing. A file that can't be understood is an
     * {@link IOException} that names it: a host must not silently become another.
     */
    public static HostIdentity load(Path data) throws IOException {
        Files.createDirectories(data);
        Path idFile = data.resolve(ID_FILE);
        Path keyFile = data.resolve(KEY_FILE);
        byte[] id = readOrCreate(idFile, UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
        byte[] key = readOrCreate(keyFile, SigningKey.generate().encoded());
        try {
            return new HostIdentity(new HostId(new String(id, StandardCharsets.UTF_8).strip()), SigningKey.decode(key));
        } catch (IllegalArgumentException e) {
            throw new IOException(idFile + " or " + keyFile + " is damaged: remove both to let this host join as a new one", e);
        }
    }

    /** The voucher for blobs that this host has proven. */
    public Voucher voucher() {
        return new Voucher(id, VouchKey.PROVEN, key);
    }

    private static byte[] readOrCreate(Path file, byte[] fresh) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            writeForOwner(file, fresh);
            return Files.readAllBytes(file);
        }
    }

    private static void writeForOwner(Path file, byte[] content) throws IOException {
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "host", ".tmp",
                PosixFilePermissions.asFileAttribute(Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
        Files.write(fresh, content);
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            Files.delete(fresh);
        }
    }
}
