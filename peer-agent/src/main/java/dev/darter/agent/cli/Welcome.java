package dev.darter.agent.cli;

import java.util.Optional;
import java.util.stream.Collectors;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.RunningAgent;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.service.HostPort;

/** What {@code darter up} says when it is ready. */
final class Welcome {
    /** How the user called this program, which ./darter tells: help and hints should work from where he stands. */
    static final String PROGRAM = System.getProperty("darter.program", "darter");

    private static final String DOCKER_HUB = "docker.io";

    private final UpstreamConfig first;
    private final HostPort mirror;
    private final HostPort admin;

    private Welcome(UpstreamConfig first, HostPort mirror, HostPort admin) {
        this.first = first;
        this.mirror = mirror;
        this.admin = admin;
    }

    /** @param program how the user called this program */
    static String text(RunningAgent agent, AgentOptions options, String program) {
        Welcome welcome = new Welcome(options.upstreams().getFirst(), reachable(agent.proxy()), reachable(agent.admin()));
        String names = options.upstreams().stream().flatMap(upstream -> upstream.names().stream()).collect(Collectors.joining(", "));
        String scheduler = agent.scheduler().map(address -> "http://" + reachable(address)).orElse("none");
        return """
                Darter is ready; Ctrl-C stops it.
                  mirror      http://%s for %s
                  scheduler   %s
                  store       %s, %s at most
                  metrics     http://%s/metrics

                """.formatted(welcome.mirror, names, scheduler, options.data(), options.quota(), welcome.admin)
                + welcome.containerd() + welcome.docker() + welcome.podman() + "Or try it     " + welcome.example(program) + "\n";
    }

    private String containerd() {
        return """
                containerd    /etc/containerd/certs.d/%2$s/hosts.toml
                                [host."http://%1$s"]
                                capabilities = ["pull", "resolve"]
                """.formatted(mirror, hostName());
    }

    /** Docker's setting asks mirrors for Docker Hub's images without saying so: another registry would answer under the Hub's names. */
    private String docker() {
        return first.names().contains(DOCKER_HUB) ? """
                Docker        /etc/docker/daemon.json
                                { "registry-mirrors": ["http://%s"] }
                """.formatted(mirror) : """
                Docker        its registry-mirrors are for Docker Hub only, which takes docker.io as the first --upstream
                """;
    }

    private String podman() {
        Optional<String> inPath = first.names().stream().filter(name -> name.indexOf(':') < 0).findFirst();
        return inPath.map(name -> """
                podman        /etc/containers/registries.conf.d/darter.conf
                                [[registry]]
                                location = "%s"
                                [[registry.mirror]]
                                location = "%s/%s"
                                insecure = true
                """.formatted(hostName(), mirror, name)).orElseGet(() -> """
                podman        needs a name without a port: add --upstream NAME=%s
                """.formatted(first.base()));
    }

    /** The command as it works from here: with the name that was typed, and with the addresses where they aren't those that it assumes. */
    private String example(String program) {
        boolean standard = mirror.equals(StandardAddress.PROXY) && admin.equals(StandardAddress.ADMIN);
        return program + " pull " + (standard ? "" : "--proxy " + mirror + " --admin " + admin + " ")
                + (hostName().equals(DOCKER_HUB) ? "busybox" : hostName() + "/REPOSITORY:TAG");
    }

    /** Names of images begin with a registry only where that looks like a host. */
    private String hostName() {
        return first.names()
                .stream()
                .filter(name -> name.indexOf('.') >= 0 || name.indexOf(':') >= 0 || name.equals("localhost"))
                .findFirst()
                .orElse(first.names().getFirst());
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
