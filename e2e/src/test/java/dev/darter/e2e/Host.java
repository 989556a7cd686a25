package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** A node of a cluster: an agent, and the containerd that has it as its only mirror. */
record Host(DarterAgent agent, Containerd runtime) {

    static Host of(Sandbox sandbox, String name, DarterAgent agent) {
        return new Host(agent, Containerd.start(sandbox, name + "-containerd").useMirror(agent.url()));
    }

    static List<Host> of(Sandbox sandbox, DarterCluster cluster) {
        return IntStream.rangeClosed(1, cluster.agents().size())
                .mapToObj(number -> of(sandbox, "host-" + number, cluster.agent(number)))
                .toList();
    }

    /** Fetches all content of an image and fails unless every byte is right. */
    Command.Output fetch(TestImage image) {
        Command.Output output = runtime.fetch(image.reference()).orFail("fetch");
        runtime.assertHolds(image.contents());
        return output;
    }

    /** All at the same moment. */
    static List<Command.Output> fetch(List<Host> hosts, TestImage image) {
        return Together.run(hosts.stream().<Callable<Command.Output>>map(host -> () -> host.fetch(image)).toList());
    }

    /** What the origin of a cluster of this size may have been asked for when all have pulled the image. */
    static void assertLeftOnce(CountingProxy origin, TestImage image, int agents) {
        for (Blob blob : image.contents()) {
            assertThat(origin.gets(blob.digest())).as("GETs of %s", blob).hasSize(1);
            assertThat(origin.bytesSent(blob.digest())).as("bytes of %s", blob).isEqualTo(blob.size());
        }
        assertThat(origin.heads()).as("a HEAD of the tag and one more for each agent").hasSizeLessThanOrEqualTo(2 * agents);
        assertThat(origin.heads()).filteredOn(head -> !head.request().pathWithoutQuery().endsWith("/" + image.tag()))
                .as("HEADs of other things than the tag")
                .hasSizeLessThanOrEqualTo(agents);
    }
}
