package dev.darter.agent.cli;

import java.util.stream.Collectors;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.RunningAgent;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.service.HostPort;

/** What {@code darter up} says when it is ready. */
final class Welcome {
    private Welcome() {}

    static String text(RunningAgent agent, AgentOptions options) {
        HostPort mirror = reachable(agent.proxy());
        String names = options.upstreams().stream().flatMap(upstream -> upstream.names().stream()).collect(Collectors.joining(", "));
        UpstreamConfig first = options.upstreams().getFirst();
        String name = first.names().stream().filter(Welcome::looksLikeHost).findFirst().orElse(first.names().getFirst());
        String pathName = first.names().stream().filter(candidate -> candidate.indexOf(':') < 0).findFirst().orElse(name);
        String example = name.equals("docker.io") ? "busybox" : name + "/REPOSITORY:TAG";
        return """
                Darter is ready; Ctrl-C stops it.
                  mirror      http://%1$s for %2$s
                  scheduler   %3$s
                  store       %4$s, %5$s at most
                  metrics     http://%6$s/metrics

                containerd    /etc/containerd/certs.d/%7$s/hosts.toml
                                [host."http://%1$s"]
                                capabilities = ["pull", "resolve"]
                Docker        /etc/docker/daemon.json
                                { "registry-mirrors": ["http://%1$s"] }
                podman        /etc/containers/registries.conf.d/darter.conf
                                [[registry]]
                                location = "%7$s"
                                [[registry.mirror]]
                                location = "%1$s/%8$s"
                                insecure = true
                Or try it     darter pull %9$s
                """.formatted(mirror, names, agent.scheduler().map(address -> "http://" + address).orElse("none"), options.data(),
                options.quota(), agent.admin(), name, pathName, example);
    }

    /** Names of images begin with a registry only where that looks like a host. */
    private static boolean looksLikeHost(String name) {
        return name.indexOf('.') >= 0 || name.indexOf(':') >= 0 || name.equals("localhost");
    }

    /** An address to connect to, for one that is listened on. */
    private static HostPort reachable(HostPort bound) {
        return switch (bound.host()) {
            case "0.0.0.0" -> new HostPort("127.0.0.1", bound.port());
            case "::" -> new HostPort("::1", bound.port());
            default -> bound;
        };
    }
}
