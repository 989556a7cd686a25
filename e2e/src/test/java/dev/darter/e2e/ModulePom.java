package dev.darter.e2e;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What a {@code pom.xml} itself says, without what it inherits. */
record ModulePom(Set<String> modules, List<Dependency> dependencies) {

    record Dependency(String groupId, String artifactId, String scope) {
        boolean isOfDarter() {
            return groupId.equals("dev.darter");
        }

        boolean isForTests() {
            return scope.equals("test");
        }
    }

    static ModulePom read(Path file) throws Exception {
        Element project = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile()).getDocumentElement();
        Set<String> modules = elements(project.getElementsByTagName("module")).stream()
                .map(Element::getTextContent)
                .collect(toUnmodifiableSet());
        List<Dependency> dependencies = elements(project.getElementsByTagName("dependency")).stream()
                .map(dependency -> new Dependency(text(dependency, "groupId"), text(dependency, "artifactId"), text(dependency, "scope")))
                .toList();
        return new ModulePom(modules, dependencies);
    }

    private static String text(Element parent, String name) {
        return elements(parent.getElementsByTagName(name)).stream().map(Element::getTextContent).findFirst().orElse("");
    }

    private static List<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).map(Element.class::cast).toList();
    }
}
