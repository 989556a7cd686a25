package dev.darter.containerd;

/** Hears what changes in containerd, on some thread. Must return at once. */
public interface ChangeListener {

    /** Something has changed in a namespace; the topic is containerd's, for instance {@code /images/create}. */
    void changed(String namespace, String topic);

    /** The connection is lost: nothing more will be heard. */
    void lost(ContainerdException why);
}
