package io.reactivemqtt.reliability;

import io.reactivemqtt.Qos;

/** Those of a {@link BatchReceiver}. */
record BatchEffects(CommittedMessages committed, Qos qos) implements Effects {

    @Override
    public long count() {
        return committed.count();
    }

    @Override
    public Tally tally(long published) {
        return new BatchCount(committed.all(), qos).tally(published);
    }

    @Override
    public void close() {
        committed.close();
    }
}
