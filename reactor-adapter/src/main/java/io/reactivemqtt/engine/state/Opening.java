package io.reactivemqtt.engine.state;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionLog;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** One attempt to open the store. Loop only, but for {@link #log}. */
final class Opening implements Disposable {

    volatile @Nullable SessionLog log;

    @Nullable
    Disposable work;

    Disposable watch = Disposables.disposed();

    /** How many batches of changes have come. */
    long batches;

    long lastSequence;

    void noteSequence(SessionChange change) {
        if (change instanceof OutgoingAccepted accepted) {
            lastSequence = Math.max(lastSequence, accepted.sequence());
        }
    }

    @Override
    public void dispose() {
        watch.dispose();
        if (work != null) {
            work.dispose();
        }
        closeLog();
    }

    void closeLog() {
        SessionLog opened = log;
        if (opened != null) {
            Mono.from(opened.close()).onErrorComplete().subscribe();
        }
    }
}
