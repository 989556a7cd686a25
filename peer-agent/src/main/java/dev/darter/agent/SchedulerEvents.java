package dev.darter.agent;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.blob.SwarmBlobSource;
import dev.darter.agent.link.KnownMembers;
import dev.darter.agent.link.SchedulerLink;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.trust.KeyRing;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/**
 * Takes the keys and the members out of what the scheduler says, and hands the rest to the swarm engine.
 *
 * @param self this host, which may be accused as well
 */
record SchedulerEvents(HostId self, KeyRing ring, KnownMembers known, SwarmBlobSource blobs,
        Consumer<Event> engine) implements SchedulerLink.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerEvents.class);

    @Override
    public void up() {
        engine.accept(new Event.SchedulerUp());
    }

    @Override
    public void down() {
        engine.accept(new Event.SchedulerDown());
    }

    @Override
    public void message(SchedulerMessage message) {
        known.heard(message);
        try {
            takeKeys(message);
        } catch (IOException e) {
            LOG.warn("What rests on new keys could not be used", e);
        }
        engine.accept(new Event.FromScheduler(message));
    }

    private void takeKeys(SchedulerMessage message) throws IOException {
        switch (message) {
            case SchedulerMessage.Welcome welcome -> believe(Optional.empty(), welcome.ownKeys());
            case SchedulerMessage.Members change -> believe(Optional.empty(), change.ownKeys());
            case SchedulerMessage.Place place -> believe(Optional.of(place.blob()), place.keys());
            case SchedulerMessage.Keys keys -> {
                for (VouchKey key : keys.withdrawn()) {
                    ring.withdraw(keys.blob(), key);
                    blobs.keyWithdrawn(keys.blob(), key);
                }
                believe(Optional.of(keys.blob()), keys.keys());
            }
            case SchedulerMessage.Shun(HostId liar) when liar.equals(self) ->
                LOG.warn("This host was accused of lying: it goes on alone until the scheduler pardons it");
            case SchedulerMessage.Shun(HostId liar) -> {
                LOG.warn("{} was caught lying and is shunned", liar);
                ring.withdraw(liar);
                blobs.shunned(liar);
            }
            case SchedulerMessage.Pardon(HostId host) -> LOG.info("{} is shunned no longer", host);
            case SchedulerMessage.Source _,SchedulerMessage.Lease _,SchedulerMessage.Revoke _,SchedulerMessage.Throttle _,SchedulerMessage.Unobtainable _ -> {
                // Without keys.
            }
        }
    }

    private void believe(Optional<BlobKey> blob, List<VouchKey> keys) throws IOException {
        keys.forEach(key -> blob.ifPresentOrElse(of -> ring.believe(of, key), () -> ring.believe(key)));
        if (!keys.isEmpty()) {
            blobs.keysCame(blob);
        }
    }
}
