package dev.darter.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Writes a WebAssembly module by hand, as the WebAssembly core specification 1.0 ("Binary Format") and WASI preview 1 have it. */
final class WasmModule {
    private static final int MIB = 1 << 20;
    private static final int FUNCTION = 0;
    private static final int MEMORY = 2;
    /** Of a text in memory: after the one slice that {@code fd_write} is given, the text's address and length. */
    private static final int TEXT_AT = 8;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private WasmModule() {}

    /** A module that prints a line and has 3 MiB of random bytes besides, which no compression makes fewer. */
    static byte[] printing(String line) {
        byte[] text = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        return new WasmModule().bytes(0, 'a', 's', 'm', 1, 0, 0, 0)
                .section(0, new WasmModule().name("random").raw(random()))
                // (i32, i32, i32, i32) -> i32, and () -> ()
                .section(1, new WasmModule().bytes(2, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0))
                .section(2, new WasmModule().bytes(1).name("wasi_snapshot_preview1").name("fd_write").bytes(FUNCTION, 0))
                .section(3, new WasmModule().bytes(1, 1))
                .section(5, new WasmModule().bytes(1, 0, 1))
                .section(7, new WasmModule().bytes(2).name("memory").bytes(MEMORY, 0).name("_start").bytes(FUNCTION, 1))
                // fd_write(1, slices at 0, one slice, number of bytes to 1024); drop
                .section(10, new WasmModule().bytes(1)
                        .sized(
                                new WasmModule().bytes(0, 0x41, 1, 0x41, 0, 0x41, 1, 0x41, 0x80, 0x08, 0x10, 0, 0x1a, 0x0b)))
                .section(11, new WasmModule().bytes(1, 0, 0x41, 0, 0x0b).sized(new WasmModule().raw(memory(text)))).out.toByteArray();
    }

    private static byte[] memory(byte[] text) {
        return ByteBuffer.allocate(TEXT_AT + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(TEXT_AT)
                .putInt(text.length)
                .put(text)
                .array();
    }

    private static byte[] random() {
        byte[] content = new byte[3 * MIB];
        new SplittableRandom(9).nextBytes(content);
        return content;
    }

    private WasmModule section(int id, WasmModule content) {
        return bytes(id).sized(content);
    }

    private WasmModule name(String name) {
        return sized(new WasmModule().raw(name.getBytes(StandardCharsets.US_ASCII)));
    }

    private WasmModule sized(WasmModule content) {
        int rest = content.out.size();
        while (rest >= 0x80) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        return bytes(rest).raw(content.out.toByteArray());
    }

    private WasmModule bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    private WasmModule raw(byte[] values) {
        out.writeBytes(values);
        return this;
    }
}
