package dev.darter.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.service.BodyWriter;

/** Several ranges in one answer: {@code multipart/byteranges}, RFC 9110, section 14.6. */
final class MultipartAnswer {

    private final String boundary = UUID.randomUUID().toString();
    private final List<ByteRange> ranges;
    private final long size;

    /** @param size of the whole blob in bytes */
    MultipartAnswer(List<ByteRange> ranges, long size) {
        this.ranges = ranges;
        this.size = size;
    }

    void send(Pull pull, OpenContent content, HttpHeaders headers, BlobSender sender) throws IOException, InterruptedException {
        BlobBytes beginning = sender.read(content, ranges.getFirst().first(), ranges.getFirst().last());
        headers.set("Content-Type", "multipart/byteranges; boundary=" + boundary);
        try (BodyWriter body = pull.exchange().start(206, headers, length())) {
            sender.write(head(ranges.getFirst()), body);
            sender.send(content, ranges.getFirst(), beginning, body);
            for (ByteRange range : ranges.subList(1, ranges.size())) {
                sender.write(head(range), body);
                sender.send(content, range, sender.read(content, range.first(), range.last()), body);
            }
            sender.write(end(), body);
        }
    }

    private long length() {
        return ranges.stream().mapToLong(range -> head(range).length + range.length()).sum() + end().length;
    }

    private byte[] head(ByteRange range) {
        return ("\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: " + range.contentRange(size)
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] end() {
        return ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
