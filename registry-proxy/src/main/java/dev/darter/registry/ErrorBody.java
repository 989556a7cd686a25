package dev.darter.registry;

import java.util.List;

import tools.jackson.databind.json.JsonMapper;

/** Errors as the distribution specification wants them: {@code {"errors":[{"code":…,"message":…}]}}. */
final class ErrorBody {

    private static final JsonMapper JSON = new JsonMapper();

    private record Errors(List<Entry> errors) {}

    private record Entry(String code, String message) {}

    private ErrorBody() {}

    static byte[] of(ErrorCode code, String message) {
        return JSON.writeValueAsBytes(new Errors(List.of(new Entry(code.name(), message))));
    }

    /** For errors that the HTTP server itself finds. */
    static byte[] ofStatus(int status, String message) {
        return of(switch (status) {
            case 404 -> ErrorCode.NAME_UNKNOWN;
            case 400, 414, 431 -> ErrorCode.NAME_INVALID;
            case 405 -> ErrorCode.UNSUPPORTED;
            default -> ErrorCode.UNKNOWN;
        }, message);
    }
}
