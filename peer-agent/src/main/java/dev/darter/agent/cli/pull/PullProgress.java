package dev.darter.agent.cli.pull;

import java.util.List;

/** Shows how a pull goes on. Called from several threads. */
interface PullProgress {
    /** Shows nothing. */
    PullProgress SILENT = new PullProgress() {
        @Override
        public void planned(List<Content> blobs) {}

        @Override
        public void advanced(Content blob, long received) {}

        @Override
        public void finished(Content blob) {}
    };

    /** These blobs will be fetched; called once. */
    void planned(List<Content> blobs);

    /** So many bytes of a blob have arrived. */
    void advanced(Content blob, long received);

    /** A blob is complete and its digest is right. */
    void finished(Content blob);
}
