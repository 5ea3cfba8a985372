package io.reactivemqtt.client;

import java.util.Objects;

/** The bounds of the queue: how much may wait to be sent, and what happens beyond that. Immutable. */
public final class QueueOptions {

    /** 10,000 messages, 64 MiB; what is published beyond that fails. */
    public static final QueueOptions DEFAULT = builder().build();

    private final Builder values;

    private QueueOptions(Builder builder) {
        this.values = new Builder(builder); // which nobody changes any more
    }

    /** Starts options with their defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts options with the values of these. */
    public Builder mutate() {
        return new Builder(values);
    }

    /** Returns how many messages may wait to be sent. */
    public int maximumMessages() {
        return values.maximumMessages;
    }

    /** Returns how many bytes of payload and Topic Name may wait to be sent. */
    public long maximumBytes() {
        return values.maximumBytes;
    }

    /** Returns what happens to a message for which there is no room. */
    public QueueFullPolicy whenFull() {
        return values.whenFull;
    }

    @Override
    public String toString() {
        return "QueueOptions[maximumMessages=" + values.maximumMessages + ", maximumBytes=" + values.maximumBytes
                + ", whenFull=" + values.whenFull + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private int maximumMessages = 10_000;
        private long maximumBytes = 64L * 1024 * 1024;
        private QueueFullPolicy whenFull = QueueFullPolicy.FAIL;

        private Builder() {}

        private Builder(Builder other) {
            this.maximumMessages = other.maximumMessages;
            this.maximumBytes = other.maximumBytes;
            this.whenFull = other.whenFull;
        }

        /** Sets how many messages may wait to be sent, from 1; default 10,000. */
        public Builder maximumMessages(int count) {
            this.maximumMessages = (int) OptionChecks.range(count, 1, Integer.MAX_VALUE, "the bound of the queue");
            return this;
        }

        /** Sets how many bytes of payload and Topic Name may wait to be sent, from 1; default 64 MiB. */
        public Builder maximumBytes(long bytes) {
            this.maximumBytes = OptionChecks.range(bytes, 1, Long.MAX_VALUE, "the bound of the queue in bytes");
            return this;
        }

        /** Sets what happens to a message for which there is no room; default {@link QueueFullPolicy#FAIL}. */
        public Builder whenFull(QueueFullPolicy policy) {
            this.whenFull = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /** Returns the options. */
        public QueueOptions build() {
            return new QueueOptions(this);
        }
    }
}
