package io.reactivemqtt.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The options of the TCP socket. What is not set is as the system has it. Immutable. */
public final class SocketOptions {

    /** As the system has it. Small packets leave at once ({@code TCP_NODELAY}) in any case: the client joins them itself. */
    public static final SocketOptions DEFAULT = builder().build();

    private static final String ADDRESS =
            "(?:[0-9]{1,3}\\.){3}[0-9]{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]*){2,8}(?:%\\w+)?";

    private final Builder values;

    private SocketOptions(Builder builder) {
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

    /** Returns the local address, or null: the system chooses it. */
    public @Nullable String localAddress() {
        return values.localAddress;
    }

    /** Returns whether TCP itself looks after a silent connection. */
    public boolean isTcpKeepAlive() {
        return values.tcpKeepAlive;
    }

    /** Returns the size of the system's send buffer in bytes; 0: as the system has it. */
    public int sendBufferSize() {
        return values.sendBufferSize;
    }

    /** Returns the size of the system's receive buffer in bytes; 0: as the system has it. */
    public int receiveBufferSize() {
        return values.receiveBufferSize;
    }

    @Override
    public String toString() {
        return "SocketOptions[localAddress=" + values.localAddress + ", tcpKeepAlive=" + values.tcpKeepAlive
                + ", sendBufferSize=" + values.sendBufferSize + ", receiveBufferSize=" + values.receiveBufferSize + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private @Nullable String localAddress;
        private boolean tcpKeepAlive;
        private int sendBufferSize;
        private int receiveBufferSize;

        private Builder() {}

        private Builder(Builder other) {
            this.localAddress = other.localAddress;
            this.tcpKeepAlive = other.tcpKeepAlive;
            this.sendBufferSize = other.sendBufferSize;
            this.receiveBufferSize = other.receiveBufferSize;
        }

        /**
         * Sets the local address, so that connections leave by one of several networks; default: the system chooses it.
         *
         * @param address of IPv4 or IPv6, such as {@code 192.168.1.5}; no name
         * @throws IllegalArgumentException if it is none
         */
        public Builder localAddress(String address) {
            if (!Objects.requireNonNull(address, "address").matches(ADDRESS)) {
                throw new IllegalArgumentException(
                        "the local address is an address of IPv4 or IPv6, not \"" + address + "\"");
            }
            this.localAddress = address;
            return this;
        }

        /**
         * Sets whether TCP itself looks after a silent connection ({@code SO_KEEPALIVE}); default false, for the Keep Alive of MQTT
         * does it sooner.
         */
        public Builder tcpKeepAlive(boolean keep) {
            this.tcpKeepAlive = keep;
            return this;
        }

        /** Sets the size of the system's send buffer in bytes, from 1; default: as the system has it. */
        public Builder sendBufferSize(int bytes) {
            this.sendBufferSize = (int) OptionChecks.range(bytes, 1, Integer.MAX_VALUE, "the size of the send buffer");
            return this;
        }

        /** Sets the size of the system's receive buffer in bytes, from 1; default: as the system has it. */
        public Builder receiveBufferSize(int bytes) {
            this.receiveBufferSize =
                    (int) OptionChecks.range(bytes, 1, Integer.MAX_VALUE, "the size of the receive buffer");
            return this;
        }

        /** Returns the options. */
        public SocketOptions build() {
            return new SocketOptions(this);
        }
    }
}
