package dev.darter.registry.upstream;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks {@code docker-credential-…} programs (docker-credential-helpers): the registry goes in, an account comes out as JSON. */
final class CredentialHelper {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final int LONGEST_ANSWER = 256 * 1024;
    private static final int PATIENCE_SECONDS = 30;

    private final Map<String, String> environment;

    CredentialHelper(Map<String, String> environment) {
        this.environment = environment;
    }

    Optional<Credentials.Own> get(String helper, String registry) throws IOException, InterruptedException {
        String name = "docker-credential-" + helper;
        Process process = new ProcessBuilder(find(helper, name).toString(), "get").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            try (OutputStream input = process.getOutputStream()) {
                input.write(registry.getBytes(StandardCharsets.UTF_8));
            } catch (IOException deaf) {
                // A helper may answer without reading its input; its answer counts.
            }
            String answer = read(process, name);
            if (process.waitFor() != 0) {
                if (answer.contains("not found")) {
                    return Optional.empty();
                }
                throw new IOException(name + " failed with exit code " + process.exitValue());
            }
            return account(answer, name);
        } finally {
            process.destroyForcibly();
        }
    }

    private Path find(String helper, String name) throws IOException {
        if (!NAME.matcher(helper).matches()) {
            throw new IOException("'" + helper + "' is no name of a credential helper");
        }
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(name + " is not in the PATH"));
    }

    /** To the end of the output, which is when the helper closes it. */
    private static String read(Process process, String name) throws IOException, InterruptedException {
        FutureTask<byte[]> output = new FutureTask<>(() -> {
            try (InputStream stream = process.getInputStream()) {
                return stream.readNBytes(LONGEST_ANSWER);
            }
        });
        Thread.ofVirtual().start(output);
        try {
            byte[] bytes = output.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (TimeoutException slow) {
            // Said below.
        } catch (ExecutionException failure) {
            throw new IOException(name + " did not answer", failure);
        }
        throw new IOException(name + " did not answer within " + PATIENCE_SECONDS + " s");
    }

    private static Optional<Credentials.Own> account(String answer, String name) throws IOException {
        try {
            JsonNode json = JSON.readTree(answer);
            String user = json.path("Username").asString("");
            return user.isEmpty() ? Optional.empty() : Optional.of(new Credentials.Own(user, json.path("Secret").asString("")));
        } catch (JacksonException malformed) {
            // Not its message, which repeats what was read.
            throw new IOException(name + " did not answer with JSON");
        }
    }
}
