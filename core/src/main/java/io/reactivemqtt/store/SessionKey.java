package io.reactivemqtt.store;

import io.reactivemqtt.check.Utf8;
import java.util.Objects;

/**
 * Under which name a store keeps a Session State: the Client Identifier, within a namespace that keeps apart those that different
 * Servers, or different applications on one store, may know by the same identifier. Immutable.
 */
public final class SessionKey {

    /** The namespace of clients that set none. */
    public static final String DEFAULT_NAMESPACE = "";

    private final String namespace;
    private final String clientIdentifier;

    private SessionKey(String namespace, String clientIdentifier) {
        this.namespace = Utf8.require(Objects.requireNonNull(namespace, "namespace"), "the session namespace");
        this.clientIdentifier =
                Utf8.require(Objects.requireNonNull(clientIdentifier, "clientIdentifier"), "the Client Identifier");
        if (clientIdentifier.isEmpty()) {
            throw new IllegalArgumentException("a stored Session needs a Client Identifier; this one is empty");
        }
    }

    /** Returns the key of a client in the {@linkplain #DEFAULT_NAMESPACE default namespace}. */
    public static SessionKey of(String clientIdentifier) {
        return of(DEFAULT_NAMESPACE, clientIdentifier);
    }

    /**
     * Returns the key of a client in a namespace.
     *
     * @param namespace any UTF-8 Encoded String of MQTT; may be empty
     * @param clientIdentifier any UTF-8 Encoded String of MQTT that is not empty
     * @throws IllegalArgumentException if one of them is none
     */
    public static SessionKey of(String namespace, String clientIdentifier) {
        return new SessionKey(namespace, clientIdentifier);
    }

    /** Returns the namespace; never null, may be empty. Any UTF-8 Encoded String of MQTT, so no file name and no part of a query. */
    public String namespace() {
        return namespace;
    }

    /** Returns the Client Identifier; never empty. Any UTF-8 Encoded String of MQTT, so no file name and no part of a query. */
    public String clientIdentifier() {
        return clientIdentifier;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionKey that
                && namespace.equals(that.namespace)
                && clientIdentifier.equals(that.clientIdentifier);
    }

    @Override
    public int hashCode() {
        return 31 * namespace.hashCode() + clientIdentifier.hashCode();
    }

    /** Returns it in quotation marks, for messages: {@code "client"}, or {@code "client" in "namespace"}. */
    @Override
    public String toString() {
        return '"' + clientIdentifier + '"' + (namespace.isEmpty() ? "" : " in \"" + namespace + '"');
    }
}
