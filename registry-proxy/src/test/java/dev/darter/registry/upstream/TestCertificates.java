package dev.darter.registry.upstream;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of a test's own, and a server's certificate from it. */
record TestCertificates(X509Certificate authority, SSLContext identity) {

    private static final X500Name AUTHORITY = new X500Name("CN=Test authority");

    /** For a server of this name or address. */
    static TestCertificates make(String host) throws GeneralSecurityException, OperatorCreationException, IOException {
        KeyPair authorityKeys = keys();
        X509Certificate authority = certificate(AUTHORITY, authorityKeys, authorityKeys,
                new Extended(Extension.basicConstraints, new BasicConstraints(true)));
        KeyPair serverKeys = keys();
        int kind = host.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
        X509Certificate server = certificate(new X500Name("CN=" + host), serverKeys, authorityKeys,
                new Extended(Extension.subjectAlternativeName, new GeneralNames(new GeneralName(kind, host))));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", serverKeys.getPrivate(), new char[0], new X509Certificate[]{server, authority});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return new TestCertificates(authority, context);
    }

    private record Extended(ASN1ObjectIdentifier name, ASN1Encodable value) {}

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(X500Name subject, KeyPair keys, KeyPair issuer, Extended extension)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(AUTHORITY, BigInteger.valueOf(now.toEpochMilli()),
                Date.from(now.minus(Duration.ofDays(1))), Date.from(now.plus(Duration.ofDays(1))), subject, keys.getPublic());
        builder.addExtension(extension.name(), true, extension.value());
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
    }

    /** Writes the authority's certificate as PEM. */
    Path writeAuthority() throws IOException, GeneralSecurityException {
        Path file = Files.createTempFile("authority", ".pem");
        file.toFile().deleteOnExit();
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(authority.getEncoded());
        return Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }

    /** A client that trusts the authority. */
    Upstream upstream(URI base, EnvironmentProxies proxies) throws IOException, GeneralSecurityException {
        return new Upstream(Fixture.config(base).withCaFile(writeAuthority()), Fixture.PATIENT, proxies, new Fixture.ManualClock());
    }
}
