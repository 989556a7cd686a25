package dev.darter.e2e;

import java.nio.charset.StandardCharsets;

/** Error bodies of the OCI distribution specification. */
final class RegistryErrors {
    private RegistryErrors() {}

    static byte[] body(String code) {
        return ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"said by a test\"}]}").getBytes(StandardCharsets.UTF_8);
    }
}
