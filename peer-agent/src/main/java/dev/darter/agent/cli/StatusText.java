package dev.darter.agent.cli;

import java.util.stream.Collectors;

import dev.darter.agent.AgentStatus;
import dev.darter.agent.containerd.ContainerdState;
import dev.darter.service.ByteCount;

/** {@code darter status} for people. */
final class StatusText {
    private StatusText() {}

    static String of(AgentStatus status) {
        String schedulers = status.schedulers().isEmpty()
                ? "none"
                : status.schedulers()
                        .stream()
                        .map(link -> link.url() + (link.connected() ? "" : " (no connection)"))
                        .collect(Collectors.joining(", "));
        StringBuilder text = new StringBuilder("""
                agent       %s, %s
                mirror      http://%s for %s
                peers       %s, links to other agents: %d
                scheduler   %s
                store       %d blobs, %s of %s
                downloads   %d""".formatted(status.version(), status.ready() ? "ready" : "not ready", status.proxy(),
                String.join(", ", status.upstreams()),
                status.peer(), status.neighbours(), schedulers, status.store().blobs(), new ByteCount(status.store().bytes()).toHuman(),
                new ByteCount(status.store().quotaBytes()).toHuman(), status.downloads().size()));
        status.containerd().ifPresent(containerd -> text.append("\n").append(containerd(containerd)));
        for (AgentStatus.Download download : status.downloads()) {
            text.append("\n  ").append(download.digest()).append("  ").append(progress(download));
        }
        return text.toString();
    }

    private static String containerd(ContainerdState state) {
        String blobs = "containerd  %s%s, %d blobs served from it, %d shared with it".formatted(state.socket(),
                state.connected() ? "" : " (no connection)", state.servedBlobs(), state.sharedBlobs());
        return state.notes().stream().map(note -> "\n            " + note).collect(Collectors.joining("", blobs, ""));
    }

    private static String progress(AgentStatus.Download download) {
        String here = new ByteCount(download.verifiedBytes()).toHuman();
        return download.size() == 0
                ? here
                : here + " of " + new ByteCount(download.size()).toHuman() + ", " + 100 * download.verifiedBytes() / download.size() + " %";
    }
}
