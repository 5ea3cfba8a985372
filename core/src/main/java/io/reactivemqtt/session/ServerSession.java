package io.reactivemqtt.session;

import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the Server may have a Session of this client, and how long it keeps it.
 *
 * <p>A Session may exist from the moment at which its first CONNECT leaves: a CONNACK that got lost does not make the Server's
 * Session a stranger's.
 */
final class ServerSession {

    /** 2020: a clock that shows less was not set, so what it said is no reason to give anything up. */
    private static final long CLOCK_WAS_SET_MILLIS = 1_577_836_800_000L;

    private final SessionContext context;

    /** Whether the caller wants a new Session. It holds until a Server has made one, whatever number of attempts it takes. */
    private boolean newSessionWanted;

    /** Whether it was brought in from outside: Clean Start is 0 then, whatever the options say. */
    private boolean restored;

    /** Whether what was stored was given up here, so that the Server has to give it up too. */
    private boolean gaveUp;

    /** Whether the Server may have subscriptions that are not known here. */
    private boolean unknown;

    /** Whether a CONNECT has left whose CONNACK did not come: the Session that is present next may be one that it has begun. */
    private boolean mayHaveBegunAnew;

    /** Whether what is in flight may have arrived in a Session before this one, though nothing of that is on record. */
    private boolean repeatsArePossible;

    private boolean mayExist;
    private boolean wasAccepted;
    private long expirySeconds;

    /** What is on record: {@link ConnectionBegun}, {@link ConnectionEnded}, or null. */
    private @Nullable SessionChange mark;

    ServerSession(SessionContext context) {
        this.context = context;
        this.newSessionWanted = context.options.cleanStart();
        this.expirySeconds = context.options.sessionExpiryInterval().toSeconds();
    }

    // ---- what was stored

    /** Goes on with a Session from outside, which has to be kept from now on. */
    void onRestored() {
        restored = true;
        newSessionWanted = false;
        if (!context.speaksMqtt5()) { // its one flag says both
            expirySeconds = SessionChange.NEVER_EXPIRES;
        }
    }

    /** What was recovered is this process's own, which has forgotten what it had asked for without an answer. */
    void goesOn() {
        newSessionWanted = false;
        unknown = true;
    }

    /** The mark of an earlier process. */
    void recover(SessionChange recoveredMark) {
        mark = recoveredMark;
        unknown = true; // it may have ended before the answer to a SUBSCRIBE came
        exists();
    }

    /** Something was recovered that only a Session at a Server has. */
    void exists() {
        mayExist = true;
        wasAccepted = true;
    }

    @Nullable
    SessionChange mark() {
        return mark;
    }

    /** Tells whether the Server has given the recovered Session up by now. */
    boolean hasExpired() {
        if (!(mark instanceof ConnectionEnded ended)
                || ended.sessionExpiryIntervalSeconds() == SessionChange.NEVER_EXPIRES) {
            return false;
        }
        long elapsedMillis = context.epochMillis() - ended.atMillis();
        return ended.sessionExpiryIntervalSeconds() == 0
                || (ended.atMillis() >= CLOCK_WAS_SET_MILLIS
                        && elapsedMillis >= TimeUnit.SECONDS.toMillis(ended.sessionExpiryIntervalSeconds()));
    }

    // ---- the life of a connection

    /** Somebody connects; {@code resume}: after a lost connection. */
    void connecting(boolean resume) {
        if (!resume) {
            newSessionWanted = gaveUp || (context.options.cleanStart() && !restored);
        }
    }

    boolean newSessionWanted() {
        return newSessionWanted;
    }

    /** Returns the Clean Start of the next CONNECT. */
    boolean cleanStart() {
        return context.speaksMqtt5()
                ? newSessionWanted
                : context.options.sessionExpiryInterval().isZero() && !restored;
    }

    void connectLeaves() {
        mayExist = true;
        if (!(mark instanceof ConnectionBegun)) { // first, or a crash could leave a Session that nobody knows
            mark(new ConnectionBegun());
        }
    }

    /**
     * What a CONNECT without an answer has done at the Server holds for whoever goes on, also if what was received or granted is {@code doubtful}
     * because of it; and so does that the Server had lost the Session, as long as a message {@code mayBeRepeated} by that.
     */
    void follows(ServerSession before, boolean doubtful, boolean mayBeRepeated) {
        mayHaveBegunAnew = before.mayHaveBegunAnew || doubtful;
        repeatsArePossible = before.repeatsArePossible || mayBeRepeated;
    }

    /** The attempt has ended without an answer. */
    void connAckMissed() {
        mayHaveBegunAnew = wasAccepted;
    }

    /** Tells whether a Session that is present may still be another than the one that is known here. */
    boolean mayHaveBegunAnew() {
        return mayHaveBegunAnew;
    }

    boolean repeatsArePossible() {
        return repeatsArePossible || mayHaveBegunAnew;
    }

    void accepted(ConnAck connAck) {
        mayHaveBegunAnew = false;
        repeatsArePossible = false;
        Long byServer = connAck.sessionExpiryIntervalSeconds();
        if (byServer != null) {
            expirySeconds = byServer;
        } else if (!restored) {
            expirySeconds = context.options.sessionExpiryInterval().toSeconds();
        }
        newSessionWanted = false;
        gaveUp = false;
        wasAccepted = true;
        unknown &= connAck.sessionPresent();
    }

    /** What was lost with the Session is on record before anything leaves in this one, in which its identifiers mean nothing. */
    void begunAnew() {
        mark(new ConnectionBegun());
    }

    /** The Session has expired by this client's reckoning; the Server, whose clock began later, may have it still. */
    void gaveUp() {
        gaveUp = true;
    }

    /** The Server has a Session of which nothing is known here, and it is to be thrown away. */
    void beginsNew() {
        gaveUp = true;
        newSessionWanted = true;
    }

    /** The Server has a Session of which nothing is known here, and the client resumes it. */
    void continuesUnknown() {
        unknown = true;
    }

    /** A SUBSCRIBE has left, and its connection ended before the answer. */
    void subscribeUnanswered() {
        unknown = true;
    }

    /** Tells whether the Server may have subscriptions that nobody here knows. */
    boolean isUnknown() {
        return unknown;
    }

    /** DISCONNECT says anew how long the Session lives. */
    void expiresAfter(long seconds) {
        expirySeconds = seconds;
    }

    void connectionEnded() {
        if (mark instanceof ConnectionBegun) {
            mark(new ConnectionEnded(context.epochMillis(), expirySeconds));
        }
    }

    /** The Server has refused the first CONNECT, so it has no Session of this client. */
    void neverWas() {
        mayExist = false;
        mark = null;
    }

    /** The Session has ended with all that it held. */
    void discarded() {
        mayExist = false;
        wasAccepted = false;
        unknown = false;
        if (mark != null) {
            mark = null;
            context.persist(new SessionDiscarded());
        }
    }

    private void mark(SessionChange change) {
        mark = change;
        context.persist(change);
    }

    // ---- reads

    /** Tells whether the Server may have the Session. */
    boolean mayExist() {
        return mayExist;
    }

    /** Tells whether the Server had the Session at some time. */
    boolean wasAccepted() {
        return wasAccepted;
    }

    /** Tells whether the Session goes on without a connection. */
    boolean outlivesConnection() {
        return expirySeconds > 0;
    }
}
