package io.reactivemqtt.client;

import io.reactivemqtt.Payload;
import io.reactivemqtt.check.Utf8;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** User Name and Password of a CONNECT (MQTT 5.0 §3.1.3.5). Immutable. {@link #toString} contains no secrets. */
public final class Credentials {

    private final @Nullable String userName;
    private final Payload password;
    private final @Nullable Instant expiresAt;

    private Credentials(@Nullable String userName, Payload password, @Nullable Instant expiresAt) {
        this.userName = userName;
        this.password = password;
        this.expiresAt = expiresAt;
    }

    /** Returns a User Name and a Password, which is sent in UTF-8. */
    public static Credentials of(String userName, String password) {
        return of(userName, Payload.utf8(Objects.requireNonNull(password, "password")));
    }

    /**
     * Returns a User Name and a Password.
     *
     * @throws IllegalArgumentException if the name is no UTF-8 Encoded String, or the Password is longer than 65,535 bytes
     */
    public static Credentials of(String userName, Payload password) {
        Objects.requireNonNull(userName, "userName");
        return new Credentials(
                Utf8.require(userName, "the User Name"), ConnectSettings.requirePassword(password), null);
    }

    /** Returns a token, which is sent as the Password, without a User Name; not in MQTT 3.1.1. */
    public static Credentials ofToken(String token) {
        return new Credentials(
                null, ConnectSettings.requirePassword(Payload.utf8(Objects.requireNonNull(token, "token"))), null);
    }

    /**
     * Returns these credentials with the time at which they expire, by the wall clock; {@link Instant#MAX}: never. Before it, by {@link
     * ClientOptions.Builder#renewBefore}, the client asks for others, and when it has them ends the connection and makes it again.
     */
    public Credentials expiringAt(Instant time) {
        return new Credentials(userName, password, Objects.requireNonNull(time, "time"));
    }

    /** Returns the User Name, or null. */
    public @Nullable String userName() {
        return userName;
    }

    /** Returns the Password. */
    public Payload password() {
        return password;
    }

    /** Returns when they expire, or null: nobody has said so. */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    @Override
    public String toString() {
        return "Credentials[userName=" + (userName == null ? "none" : "present") + ", password=present]";
    }
}
