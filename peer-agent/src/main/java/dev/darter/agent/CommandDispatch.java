package dev.darter.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.blob.Fetches;
import dev.darter.agent.blob.LocalContent;
import dev.darter.agent.blob.SwarmBlobSource;
import dev.darter.agent.link.SchedulerLink;
import dev.darter.agent.peer.Peers;
import dev.darter.agent.peer.Uploads;
import dev.darter.agent.peer.Uploads.Turn;
import dev.darter.agent.swarm.Command;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.PeerMessage;

/**
 * Has the parts of the agent do what the swarm engine decides. This is the engine's thread, so whatever may wait for a disk, a lock that is held
 * over one, or a signature is only handed over.
 *
 * @param work where that happens, in the order of the commands for each blob
 */
record CommandDispatch(SwarmBlobSource blobs, Fetches fetches, LocalContent content, Peers peers, Uploads uploads, SchedulerLink scheduler,
        PerBlob work, Announcements announcements)
        implements
            Consumer<Command> {

    private static final Logger LOG = LoggerFactory.getLogger(CommandDispatch.class);

    @Override
    public void accept(Command command) {
        switch (command) {
            case Command.TellScheduler tell -> scheduler.send(tell.message());
            case Command.Connect connect -> peers.connect(connect.peer());
            case Command.Disconnect disconnect -> peers.disconnect(disconnect.peer());
            case Command.TellPeer tell -> peers.send(tell.to(), tell.message());
            case Command.Announce announce -> announcements.add(announce.blob(), announce.to(), announce.chunks())
                    .ifPresent(batch -> work.execute(announce.blob(), () -> announce(announce.blob(), batch)));
            case Command.Retract retract -> {
                announcements.seal(retract.blob());
                work.execute(retract.blob(), () -> retract(retract));
            }
            case Command.Fetch fetch -> peers.fetch(fetches.begin(fetch));
            case Command.Abandon abandon -> fetches.forget(abandon.request()).ifPresent(peers::abandon);
            case Command.Serve serve -> uploads.serve(serve.to(), serve.request());
            case Command.Decline decline -> uploads.decline(decline.to(), decline.request(), turn(decline.reason()));
            case Command.ReadOrigin read ->
                work.execute(read.blob(), () -> blobs.readOrigin(read.blob(), read.epoch(), read.from(), read.to()));
            case Command.ReadAlone read ->
                work.execute(read.blob(), () -> blobs.readAlone(read.blob(), read.epoch(), read.from(), read.to()));
            case Command.StopOrigin stop -> work.execute(stop.blob(), () -> blobs.stopOrigin(stop.blob(), stop.epoch()));
            case Command.FailReaders fail -> work.execute(fail.blob(),
                    () -> blobs.failReaders(fail.blob(), fail.reason(), Duration.ofMillis(fail.retryAfterMillis())));
            case Command.Shun shun -> peers.shun(shun.peer());
            case Command.Pardon pardon -> {
                blobs.pardoned(pardon.peer());
                peers.pardon(pardon.peer());
            }
            case Command.End end -> work.execute(end.blob(), () -> blobs.end(end.blob()));
        }
    }

    private void announce(BlobKey blob, Announcements.Batch batch) {
        announcements.take(blob, batch).forEach((neighbours, chunks) -> {
            try {
                content.announcement(blob, chunks).ifPresent(have -> neighbours.forEach(neighbour -> peers.send(neighbour, have)));
            } catch (IOException | RuntimeException e) {
                LOG.warn("{} can't be announced", blob.digest(), e);
            }
        });
    }

    private void retract(Command.Retract retract) {
        PeerMessage.Lost lost = new PeerMessage.Lost(retract.blob(), retract.chunks());
        retract.to().forEach(neighbour -> peers.send(neighbour, lost));
    }

    private static Turn turn(Command.Decline.Reason reason) {
        return switch (reason) {
            case WITHDRAWN -> Turn.WITHDRAWN;
            case MISSING -> Turn.MISSING;
        };
    }
}
