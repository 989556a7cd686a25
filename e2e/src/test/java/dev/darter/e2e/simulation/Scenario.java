package dev.darter.e2e.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What can be simulated, by name. */
enum Scenario {

    CROWD("crowd", "one blob, arrivals within two seconds, equal rates") {
        @Override
        Trial arrange(Setting setting) {
            return crowd(setting, setting.rate(), TWO_SECONDS);
        }
    },
    INSTANT("instant", "one blob, everybody at the same moment, equal rates") {
        @Override
        Trial arrange(Setting setting) {
            return crowd(setting, setting.rate(), 0);
        }
    },
    QUEUED("queued", "as instant, and what passes a busy link waits for 50 ms in its queue, as in the laboratory") {
        @Override
        Trial arrange(Setting setting) {
            Trial trial = new Trial(setting, setting.rate());
            for (int i = 0; i < setting.hosts(); i++) {
                trial.cluster.addHost(Rates.equal(setting.rate()).queueing(QUEUE_NANOS), "zone");
            }
            trial.cluster.start();
            trial.pullWithin(0);
            return trial;
        }
    },
    ROUGH("rough", "as crowd, uplinks waver by a fifth and stand still for 50 ms now and then") {
        @Override
        Trial arrange(Setting setting) {
            Trial trial = new Trial(setting, setting.rate());
            for (int i = 0; i < setting.hosts(); i++) {
                trial.cluster.addHost(Rates.equal(setting.rate()).rough(), "zone");
            }
            trial.cluster.start();
            trial.pullWithin(TWO_SECONDS);
            return trial;
        }
    },
    FAST_ORIGIN("fast-origin", "as crowd, the origin four times as fast as a host") {
        @Override
        Trial arrange(Setting setting) {
            return crowd(setting, 4 * setting.rate(), TWO_SECONDS);
        }
    },
    SLOW_ORIGIN("slow-origin", "as crowd, the origin at a quarter of a host's rate") {
        @Override
        Trial arrange(Setting setting) {
            return crowd(setting, setting.rate() / 4, TWO_SECONDS);
        }
    },
    UNEQUAL_KNOWN("unequal-known", "as crowd, half of the hosts send at a quarter of the rate, and say so") {
        @Override
        Trial arrange(Setting setting) {
            return unequal(setting, 1);
        }
    },
    UNEQUAL_UNKNOWN("unequal-unknown", "the same, and nobody knows") {
        @Override
        Trial arrange(Setting setting) {
            return unequal(setting, 0);
        }
    },
    FAULTS("faults", "as crowd, 10 % vanish at random times, 5 % send at a tenth of their rate, 1 % lie") {
        @Override
        Trial arrange(Setting setting) {
            return faults(setting);
        }
    },
    SLOW_DISKS("slow-disks", "as crowd, 10 % of the hosts write at a quarter of the rate of their links") {
        @Override
        Trial arrange(Setting setting) {
            return slowDisks(setting);
        }
    },
    LAYERS("layers", "one image of eight layers of unequal size, three at a time per host") {
        @Override
        Trial arrange(Setting setting) {
            return images(setting, 1);
        }
    },
    TWO_IMAGES("two-images", "two such images at once") {
        @Override
        Trial arrange(Setting setting) {
            return images(setting, 2);
        }
    },
    SPREAD("spread", "one blob, arrivals spread over the whole transfer time") {
        @Override
        Trial arrange(Setting setting) {
            Trial trial = new Trial(setting, setting.rate());
            trial.addEqualHosts();
            trial.cluster.start();
            trial.pullWithin(trial.transferNanos());
            return trial;
        }
    },
    ZONES("zones", "as crowd, 20 zones, each behind a link as thin as one host's") {
        @Override
        Trial arrange(Setting setting) {
            Trial trial = new Trial(setting, setting.rate());
            trial.cluster.linkZones(setting.rate());
            for (int i = 0; i < setting.hosts(); i++) {
                trial.cluster.addHost(Rates.equal(setting.rate()), "zone" + i % ZONE_COUNT);
            }
            trial.cluster.start();
            trial.pullWithin(TWO_SECONDS);
            return trial;
        }
    };

    private static final long TWO_SECONDS = 2_000_000_000L;
    private static final long QUEUE_NANOS = 50_000_000L;
    private static final int ZONE_COUNT = 20;
    /** Sizes of an image's layers, as parts of the whole. */
    private static final double[] LAYERS_OF_IMAGE = {0.12, 0.01, 0.35, 0.05, 0.25, 0.002, 0.168, 0.05};
    /** As many as containerd and Docker load by default. */
    private static final int LAYERS_AT_ONCE = 3;

    private final String label;
    private final String description;

    Scenario(String label, String description) {
        this.label = label;
        this.description = description;
    }

    /** Hosts that are linked to a scheduler that has settled, and what will happen to them. */
    abstract Trial arrange(Setting setting);

    Measured run(Setting setting) {
        Stopwatch watch = new Stopwatch();
        Trial trial = arrange(setting);
        return trial.run(label, watch);
    }

    String description() {
        return description;
    }

    /** The name. */
    @Override
    public String toString() {
        return label;
    }

    private static Trial crowd(Setting setting, double originRate, long withinNanos) {
        Trial trial = new Trial(setting, originRate);
        trial.addEqualHosts();
        trial.cluster.start();
        trial.pullWithin(withinNanos);
        return trial;
    }

    private static Trial unequal(Setting setting, int told) {
        Trial trial = new Trial(setting, setting.rate());
        for (int i = 0; i < setting.hosts(); i++) {
            double up = i % 2 == 0 ? setting.rate() : setting.rate() / 4;
            trial.cluster.addHost(Rates.equal(setting.rate()).sending(up).telling(told * up), "zone");
        }
        trial.cluster.start();
        trial.pullWithin(TWO_SECONDS);
        return trial;
    }

    private static Trial slowDisks(Setting setting) {
        Trial trial = new Trial(setting, setting.rate());
        for (int i = 0; i < setting.hosts(); i++) {
            // Which ones does not matter: all come at moments by lot.
            boolean isSlow = i < Math.ceilDiv(setting.hosts(), 10);
            trial.cluster.addHost(isSlow ? Rates.equal(setting.rate()).writing(setting.rate() / 4) : Rates.equal(setting.rate()), "zone");
        }
        trial.cluster.start();
        trial.pullWithin(TWO_SECONDS);
        return trial;
    }

    private static Trial faults(Setting setting) {
        Trial trial = new Trial(setting, setting.rate());
        List<Integer> lots = new ArrayList<>();
        for (int i = 0; i < setting.hosts(); i++) {
            lots.add(i);
        }
        Collections.shuffle(lots, trial.random);
        int vanishing = setting.hosts() / 10;
        int slow = vanishing + setting.hosts() / 20;
        int lying = slow + Math.ceilDiv(setting.hosts(), 100);
        for (int lot : lots) {
            trial.cluster.addHost(
                    Rates.equal(setting.rate()).sending(lot >= vanishing && lot < slow ? setting.rate() / 10 : setting.rate()), "zone");
        }
        trial.cluster.start();
        trial.pullWithin(TWO_SECONDS);
        for (int i = 0; i < setting.hosts(); i++) {
            SimHost host = trial.cluster.host(i);
            if (lots.get(i) < vanishing) {
                trial.excuse(host);
                trial.cluster.time().in(trial.within(trial.transferNanos()), host::vanish);
            } else if (lots.get(i) >= slow && lots.get(i) < lying) {
                trial.excuse(host);
                host.lie();
            }
        }
        return trial;
    }

    private static Trial images(Setting setting, int count) {
        Trial trial = new Trial(setting, setting.rate());
        trial.addEqualHosts();
        trial.cluster.start();
        List<List<SimBlob>> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<SimBlob> image = new ArrayList<>();
            for (double part : LAYERS_OF_IMAGE) {
                image.add(trial.cluster.addBlob((long) (part * setting.bytes() / count)));
            }
            images.add(image);
        }
        trial.cluster.hosts().forEach(host -> trial.pull(host, images, LAYERS_AT_ONCE, trial.within(TWO_SECONDS)));
        return trial;
    }
}
