package io.reactivemqtt.engine.transport.netty;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a failed TLS handshake means, for the one who has to mend it. */
final class TlsFailures {

    /** The words of the JDK, and of BoringSSL and OpenSSL, such as TLSV1_ALERT_UNKNOWN_CA and tlsv1 alert unknown ca. */
    private static final Pattern ALERT = Pattern.compile(
            "(?:fatal alert: |(?:sslv3|tlsv1|tlsv13)[_ ]alert[_ ])(\\w+(?: \\w+)*)", Pattern.CASE_INSENSITIVE);

    private TlsFailures() {}

    /** Returns what {@code failure} means and, where that is known, its cure. */
    static String describe(Throwable failure) {
        String certificate = describeCertificate(failure);
        if (certificate != null) {
            return certificate;
        } else if (find(failure, NotSslRecordException.class::isInstance) != null) {
            return "what answered does not speak TLS; a port without TLS needs mqtt://";
        } else if (find(failure, SslHandshakeTimeoutException.class::isInstance) != null) {
            return "the TLS handshake did not complete in time";
        }
        String alert = alertOf(failure);
        if (alert != null) {
            return describeAlert(alert);
        } else if (isClosed(failure)) {
            return "the Server closed the connection during the TLS handshake";
        }
        return "the TLS handshake failed: " + failure.getMessage();
    }

    private static @Nullable String describeCertificate(Throwable failure) {
        Throwable cause = find(failure, CertificateExpiredException.class::isInstance);
        if (cause != null) {
            return "the certificate of the Server, or of its issuer, has expired (" + cause.getMessage() + ")";
        }
        cause = find(failure, CertificateNotYetValidException.class::isInstance);
        if (cause != null) {
            return "the certificate of the Server, or of its issuer, is not valid yet, or a clock is wrong ("
                    + cause.getMessage() + ")";
        }
        cause = find(
                failure,
                each -> each instanceof CertPathBuilderException || each instanceof CertPathValidatorException);
        if (cause != null) {
            return "the certificate of the Server is not trusted (" + cause.getMessage()
                    + "); if it should be, name the certificate of its authority by trustedCertificates(...)";
        }
        cause = find(failure, CertificateException.class::isInstance);
        String message = cause == null ? null : cause.getMessage();
        if (message != null && message.startsWith("No ")) { // the words of the JDK's check of host names
            return "the certificate of the Server is for another host (" + message + ")";
        }
        return cause == null ? null : "the certificate of the Server is not accepted (" + message + ")";
    }

    private static @Nullable String alertOf(Throwable failure) {
        Throwable told = find(
                failure, each -> each instanceof SSLException && matcherOf(each).find());
        if (told == null) {
            return null;
        }
        Matcher alert = matcherOf(told);
        return alert.find() ? alert.group(1).toLowerCase(Locale.ROOT).replace(' ', '_') : null;
    }

    private static Matcher matcherOf(Throwable failure) {
        return ALERT.matcher(String.valueOf(failure.getMessage()));
    }

    private static String describeAlert(String alert) {
        String meaning =
                switch (alert) {
                    case "certificate_required" ->
                        "the Server requires a client certificate: set clientCertificate(...)";
                    case "bad_certificate",
                            "unsupported_certificate",
                            "certificate_revoked",
                            "certificate_expired",
                            "certificate_unknown",
                            "unknown_ca",
                            "access_denied" -> "the Server does not accept the certificate of this client";
                    case "handshake_failure" ->
                        "the Server accepts none of the offered cipher suites, or requires a client certificate";
                    case "protocol_version" -> "the Server speaks none of the offered versions of TLS";
                    case "unrecognized_name" -> "the Server has no certificate for the Server Name Indication";
                    case "no_application_protocol" ->
                        "the Server speaks none of the protocols that were offered by ALPN";
                    default -> "the Server ended the TLS handshake";
                };
        return meaning + " (alert " + alert + ")";
    }

    private static boolean isClosed(Throwable failure) {
        return find(
                        failure,
                        each -> each instanceof ClosedChannelException
                                || (each instanceof IOException && !(each instanceof SSLException))
                                || String.valueOf(each.getMessage()).startsWith("Connection closed while SSL/TLS"))
                != null;
    }

    private static @Nullable Throwable find(Throwable failure, Predicate<Throwable> wanted) {
        Throwable found = null;
        int depth = 0;
        for (Throwable each = failure; each != null && depth < 16; each = each.getCause(), depth++) {
            if (wanted.test(each)) {
                found = each; // the deepest says most
            }
        }
        return found;
    }
}
