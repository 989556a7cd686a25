package dev.darter.registry.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import org.jspecify.annotations.Nullable;

/** Which certificates a registry may show. There is no way to switch the check off. */
final class TrustedCertificates {

    private TrustedCertificates() {}

    /**
     * The JDK's certificate authorities, and those of a PEM file beside them: the registry may redirect to storage whose certificate is from a
     * public one.
     *
     * @throws IOException when the file can't be read or holds no certificate
     */
    static SSLContext context(Optional<Path> caFile) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, caFile.isPresent() ? trusting(caFile.get()) : null, null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException(
                    "no usable certificates in " + caFile.map(Path::toString).orElse("the JDK") + ": " + unusable.getMessage(),
                    unusable);
        }
    }

    private static TrustManager[] trusting(Path caFile) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager known) {
                for (X509Certificate issuer : known.getAcceptedIssuers()) {
                    store.setCertificateEntry("jdk-" + number++, issuer);
                }
            }
        }
        Collection<? extends Certificate> added;
        try (InputStream pem = Files.newInputStream(caFile)) {
            added = CertificateFactory.getInstance("X.509").generateCertificates(pem);
        }
        if (added.isEmpty()) {
            throw new IOException(caFile + " holds no certificate");
        }
        for (Certificate certificate : added) {
            store.setCertificateEntry("file-" + number++, certificate);
        }
        return managers(store);
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
