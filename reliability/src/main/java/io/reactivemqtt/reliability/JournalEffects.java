package io.reactivemqtt.reliability;

import io.reactivemqtt.Qos;
import java.nio.file.Path;

/** Those of a {@link SingleReceiver}. */
record JournalEffects(Path journal, Qos qos) implements Effects {

    @Override
    public long count() {
        return Journal.count(journal);
    }

    @Override
    public Tally tally(long published) {
        return new EffectCount(Journal.read(journal), qos).tally(published);
    }

    @Override
    public void close() {
        // it is opened for each look
    }
}
