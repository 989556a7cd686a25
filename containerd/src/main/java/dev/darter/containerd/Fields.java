package dev.darter.containerd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;

/**
 * A protobuf message to send, written field by field. There are a dozen small messages, so the numbers of their fields stand where they are used:
 * no generated code, and no compiler to fetch.
 */
final class Fields {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    private interface Write {
        void run() throws IOException;
    }

    private Fields write(Write write) {
        try {
            write.run();
            return this;
        } catch (IOException e) {
            // Into memory.
            throw new UncheckedIOException(e);
        }
    }

    Fields text(int field, String value) {
        return write(() -> out.writeString(field, value));
    }

    Fields number(int field, long value) {
        return write(() -> out.writeInt64(field, value));
    }

    Fields bytes(int field, ByteString value) {
        return write(() -> out.writeBytes(field, value));
    }

    Fields message(int field, Fields value) {
        return bytes(field, ByteString.copyFrom(value.encode()));
    }

    /** A map is a list of messages with a key and a value. */
    Fields map(int field, Map<String, String> values) {
        values.forEach((key, value) -> message(field, new Fields().text(1, key).text(2, value)));
        return this;
    }

    byte[] encode() {
        write(out::flush);
        return bytes.toByteArray();
    }

    /** Takes one field of a message that came; reads its value or leaves it alone. */
    interface Reader {
        void field(int number, Value value) throws IOException;
    }

    /** The value of the field that the stream stands at. */
    static final class Value {
        private final CodedInputStream in;
        private final int tag;
        private boolean taken;

        private Value(CodedInputStream in, int tag) {
            this.in = in;
            this.tag = tag;
        }

        String text() throws IOException {
            return take(WireFormat.WIRETYPE_LENGTH_DELIMITED).readStringRequireUtf8();
        }

        long number() throws IOException {
            return take(WireFormat.WIRETYPE_VARINT).readInt64();
        }

        ByteString bytes() throws IOException {
            return take(WireFormat.WIRETYPE_LENGTH_DELIMITED).readBytes();
        }

        void message(Reader reader) throws IOException {
            read(bytes().newCodedInput(), reader);
        }

        void entry(Map<String, String> into) throws IOException {
            String[] entry = {"", ""};
            message((number, value) -> {
                if (number == 1 || number == 2) {
                    entry[number - 1] = value.text();
                }
            });
            into.put(entry[0], entry[1]);
        }

        private CodedInputStream take(int wireType) throws IOException {
            if (WireFormat.getTagWireType(tag) != wireType) {
                throw new IOException("Field " + WireFormat.getTagFieldNumber(tag) + " of an answer of containerd has another type");
            }
            taken = true;
            return in;
        }
    }

    /** Reads a message to its end; what the reader doesn't take is passed over. */
    static void read(CodedInputStream in, Reader reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Value value = new Value(in, tag);
            reader.field(WireFormat.getTagFieldNumber(tag), value);
            if (!value.taken) {
                in.skipField(tag);
            }
        }
    }
}
