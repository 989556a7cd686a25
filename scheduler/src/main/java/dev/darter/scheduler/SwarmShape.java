package dev.darter.scheduler;

/**
 * How swarms are arranged. Measured in simulation; change it there first.
 *
 * @param trees stripe trees of a blob, and children of a host with average upload
 * @param treesWhereRatesDiffer the same where hosts have told rates that are not alike: a host of few slots can't be given the part of one
 * @param meshNeighbours random hosts that a newcomer is linked with beside its parents; as many come from later newcomers
 */
public record SwarmShape(int trees, int treesWhereRatesDiffer, int meshNeighbours) {

    /** The shape that is used outside of experiments. */
    public static final SwarmShape DEFAULT = new SwarmShape(2, 3, 4);
}
