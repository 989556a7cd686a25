package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keeps the arrows between modules as {@link DarterModule} draws them, in code and in poms. */
final class ModuleArrowsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.darter");
    private static final Path ROOT = repositoryRoot();

    @Test
    void everyFolderWithPomIsKnownModule() throws Exception {
        Set<String> known = Arrays.stream(DarterModule.values()).map(DarterModule::folder).collect(Collectors.toSet());
        try (Stream<Path> folders = Files.list(ROOT)) {
            assertThat(folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))))
                    .extracting(folder -> folder.getFileName().toString())
                    .containsExactlyInAnyOrderElementsOf(known);
        }
        assertThat(ModulePom.read(ROOT.resolve("pom.xml")).modules()).isEqualTo(known);
    }

    @ParameterizedTest
    @EnumSource
    void sourcesLieInTheirModulesPackage(DarterModule module) throws IOException {
        for (String kind : List.of("main", "test")) {
            Path sources = ROOT.resolve(module.folder()).resolve("src").resolve(kind).resolve("java");
            if (Files.exists(sources)) {
                try (Stream<Path> files = Files.walk(sources)) {
                    assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .map(sources::relativize)
                            .map(ModuleArrowsTest::packageOf))
                            .as("packages under %s", sources)
                            .allMatch(module::owns);
                }
            }
        }
    }

    /** Without this the rules below could pass because they saw nothing. */
    @ParameterizedTest
    @EnumSource
    void classesOfModuleAreSeen(DarterModule module) {
        assertThat(CLASSES).anyMatch(type -> module.owns(type.getPackageName()));
    }

    @Test
    void everyClassBelongsToModule() {
        assertThat(CLASSES).allMatch(type -> modulesOwning(type).size() == 1);
    }

    @ParameterizedTest
    @EnumSource
    void codeUsesOnlyWhatItsModuleMay(DarterModule module) {
        Set<String> violations = CLASSES.stream()
                .filter(type -> module.owns(type.getPackageName()))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> !module.allowsPackage(dependency.getTargetClass().getBaseComponentType().getPackageName()))
                .filter(dependency -> !dependency.getTargetClass().getBaseComponentType().isPrimitive())
                .map(dependency -> dependency.getDescription())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(violations).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void pomDeclaresOnlyWhatItsModuleMay(DarterModule module) throws Exception {
        List<ModulePom.Dependency> declared = ModulePom.read(ROOT.resolve(module.folder()).resolve("pom.xml"))
                .dependencies()
                .stream()
                .filter(dependency -> !dependency.isForTests())
                .toList();
        assertThat(declared.stream().filter(ModulePom.Dependency::isOfDarter)).extracting(ModulePom.Dependency::artifactId)
                .isSubsetOf(module.allowedArtifactIds());
        assertThat(declared.stream().filter(dependency -> !dependency.isOfDarter())).extracting(ModulePom.Dependency::groupId)
                .allMatch(module::allowsLibrary);
    }

    private static Set<DarterModule> modulesOwning(JavaClass type) {
        EnumSet<DarterModule> owners = EnumSet.allOf(DarterModule.class);
        owners.removeIf(module -> !module.owns(type.getPackageName()));
        return owners;
    }

    private static String packageOf(Path sourceFile) {
        Path folder = sourceFile.getParent();
        return folder == null ? "" : folder.toString().replace(folder.getFileSystem().getSeparator(), ".");
    }

    /** Tests are run in their module's folder by Maven, and in the root by some editors. */
    private static Path repositoryRoot() {
        Path here = Path.of("").toAbsolutePath();
        return Stream.iterate(here, folder -> folder != null, Path::getParent)
                .filter(folder -> Files.exists(folder.resolve(".mvn")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not inside the source tree: " + here));
    }
}
