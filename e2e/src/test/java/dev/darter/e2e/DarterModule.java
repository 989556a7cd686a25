package dev.darter.e2e;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/** The modules, and what each may depend on. A row is added here before its folder. */
@SuppressWarnings("ImmutableEnumChecker") // its sets are copies that nobody can change
enum DarterModule {
    PROTOCOL("protocol", "protocol", Set.of(), "tools.jackson", "com.fasterxml.jackson"),
    SERVICE("service", "service", Set.of(PROTOCOL), "io.netty", "io.micrometer", "io.prometheus", "org.slf4j", "ch.qos.logback"),
    CHUNK_STORE("chunk-store", "store", Set.of(PROTOCOL), "org.slf4j"),
    REGISTRY_PROXY("registry-proxy", "registry", Set.of(PROTOCOL, SERVICE), "com.github.benmanes.caffeine",
            "com.github.ben-manes.caffeine"),
    SCHEDULER("scheduler", "scheduler", Set.of(PROTOCOL, SERVICE)),
    CONTAINERD("containerd", "containerd", Set.of(PROTOCOL), "io.grpc", "io.netty", "com.google.protobuf", "org.slf4j"),
    PEER_AGENT("peer-agent", "agent", Set.of(PROTOCOL, SERVICE, CHUNK_STORE, REGISTRY_PROXY, SCHEDULER, CONTAINERD), "picocli",
            "info.picocli"),
    /** Holds tests only, which are not looked at: no main code, so nothing to allow. */
    E2E("e2e", "e2e", Set.of());

    private static final Set<String> JDK_PACKAGES = ModuleFinder.ofSystem()
            .findAll()
            .stream()
            .flatMap(module -> module.descriptor().exports().stream())
            .filter(exported -> !exported.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(toUnmodifiableSet());
    private static final String NULLNESS = "org.jspecify";

    private final String folder;
    private final String packageName;
    private final Set<DarterModule> dependencies;
    private final Set<String> libraries;

    DarterModule(String folder, String packageEnd, Set<DarterModule> dependencies, String... libraries) {
        this.folder = folder;
        this.packageName = "dev.darter." + packageEnd;
        this.dependencies = dependencies;
        this.libraries = Set.copyOf(Arrays.asList(libraries));
    }

    String folder() {
        return folder;
    }

    String artifactId() {
        return "darter-" + folder;
    }

    String packageName() {
        return packageName;
    }

    Set<String> allowedArtifactIds() {
        return dependencies.stream().map(DarterModule::artifactId).collect(toUnmodifiableSet());
    }

    /** A library may be used under its Maven group's name and its packages' name, here and in the modules built on this one. */
    boolean allowsLibrary(String groupOrPackage) {
        return Stream.concat(Stream.of(NULLNESS), usableLibraries()).anyMatch(library -> isWithin(groupOrPackage, library));
    }

    boolean allowsPackage(String name) {
        return owns(name)
                || dependencies.stream().anyMatch(dependency -> dependency.owns(name))
                || JDK_PACKAGES.contains(name)
                || allowsLibrary(name);
    }

    boolean owns(String name) {
        return isWithin(name, packageName);
    }

    private Stream<String> usableLibraries() {
        return Stream.concat(libraries.stream(), dependencies.stream().flatMap(DarterModule::usableLibraries));
    }

    private static boolean isWithin(String name, String parent) {
        return name.equals(parent) || name.startsWith(parent + ".");
    }
}
