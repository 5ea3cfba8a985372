package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.NoResponseException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.ResponderFailedException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.FluxSink;

/** One request, from the wait for a connection to its response. Loop only, but for what says so. */
final class Exchange {

    /** So that a message that is not sent in time says so itself, before the time is over. */
    private static final Duration GRACE = Duration.ofMillis(1);

    private final Requests requests;
    private final ApplicationMessage request;
    private final Duration timeout;
    private final boolean needsOne;
    private final FluxSink<ReceivedMessage> asker;
    private final Consumer<ClientState> onState = this::stateIs;

    private Disposable timer = Disposables.disposed();
    private Disposable publishing = Disposables.disposed();
    private long deadlineNanos;
    private boolean listening;
    private boolean sent;
    private boolean isAnswered;
    private @Nullable ResponderFailedException failureThere;
    private boolean over;

    /** What it is once there is a connection. */
    private Requests.@Nullable Addressed addressed;

    /**
     * Makes one.
     *
     * @param needsOne whether it is an error that no response comes in time
     */
    Exchange(
            Requests requests,
            ApplicationMessage request,
            Duration timeout,
            boolean needsOne,
            FluxSink<ReceivedMessage> asker) {
        this.requests = requests;
        this.request = request;
        this.timeout = Duration.ofNanos(Turns.nanos(timeout));
        this.needsOne = needsOne;
        this.asker = asker;
    }

    // ---- from any thread

    void begin() {
        requests.engine.inTurn(() -> {
            if (!over) {
                deadlineNanos = requests.engine.nowNanos() + timeout.toNanos();
                timer = requests.engine.schedule(this::late, timeout.plus(GRACE));
                proceed();
            }
        });
    }

    void cancel() {
        requests.engine.inTurn(this::end);
    }

    // ---- until it is sent

    private void proceed() {
        ConnectResult connection = requests.engine.connection();
        if (connection != null) {
            Requests.Addressed message;
            try {
                message = requests.address(request, connection);
            } catch (IllegalArgumentException notSayable) {
                // a Response Topic that is no filter, or a topic that is too long
                fail(notSayable);
                return;
            }
            addressed = message;
            if (!message.responses().expect(message.key(), this)) {
                addressed = null; // it is the other one's
                fail(new IllegalStateException("a request with the same Correlation Data is under way"));
            }
        } else if (!listening) {
            listening = true;
            requests.engine.listen(onState);
        }
    }

    private void stateIs(ClientState state) {
        if (over || addressed != null) {
            return;
        }
        switch (state.status()) {
            case CONNECTED -> requests.engine.inLaterTurn(this::proceedUnlessOver);
            case STOPPED, CLOSED ->
                fail(state.cause() == null ? new ClientClosedException("the request") : state.cause());
            case NEW, STANDING_BY, CONNECTING, WAITING -> {}
        }
    }

    private void proceedUnlessOver() {
        if (!over && addressed == null) {
            proceed();
        }
    }

    /** The response can come now. */
    void send() {
        Requests.Addressed message = addressed;
        long left = deadlineNanos - requests.engine.nowNanos();
        if (message != null && left > 0) {
            publishing = requests.client
                    .publish(
                            message.message(), PublishOptions.of(options -> options.sendWithin(Duration.ofNanos(left))))
                    .subscribe(this::published, this::fail);
        }
    }

    private void published(PublishResult result) {
        sent = true;
        if (result.outcome() == PublishOutcome.NO_SUBSCRIBER) {
            fail(NoResponseException.nobody(request.topicName()));
        }
    }

    // ---- its end

    void answered(ReceivedMessage response) {
        String failure = response.message().properties().userProperties().first(RequestConvention.ERROR_PROPERTY);
        if (failure != null) {
            failedThere(failure);
            return;
        }
        isAnswered = true;
        UserCode.run(() -> asker.next(response));
    }

    void failedThere(String kind) {
        ResponderFailedException failure = new ResponderFailedException(request.topicName(), kind);
        if (needsOne) {
            fail(failure);
        } else {
            failureThere = failure; // others may answer
        }
    }

    private void late() {
        if (over) {
            return;
        }
        boolean left = sent || !publishing.isDisposed();
        if (!left) {
            fail(new NotSentException(
                    "the request to " + request.topicName() + " could not be sent within " + timeout));
        } else if (needsOne) {
            fail(NoResponseException.tooLate(request.topicName(), timeout));
        } else if (failureThere != null && !isAnswered) {
            fail(failureThere);
        } else {
            end();
            UserCode.run(asker::complete);
        }
    }

    void fail(Throwable cause) {
        if (!over) {
            end();
            UserCode.run(() -> asker.error(cause));
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        timer.dispose();
        if (listening) {
            requests.engine.forget(onState);
        }
        publishing.dispose();
        if (addressed != null) {
            addressed.responses().forget(addressed.key(), this);
        }
    }
}
