package dev.tidemill.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key and its self-signed certificate for 127.0.0.1, created with the JDK's keytool. */
final class TestCertificates {
  static final String PASSWORD = "changeit";
  private static final String ALIAS = "it";

  private final Path folder;
  private final String name;
  private final KeyStore keys;

  private TestCertificates(Path folder, String name, KeyStore keys) {
    this.folder = folder;
    this.name = name;
    this.keys = keys;
  }

  static TestCertificates create(Path folder, String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    keytool,
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-validity",
                    "2",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
    return new TestCertificates(folder, name, load(file));
  }

  private static KeyStore load(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  /** The file with key and certificate in PKCS12. */
  Path pkcs12() {
    return folder.resolve(name + ".p12");
  }

  /** Writes key and certificate in PEM. */
  Path pem() throws Exception {
    String key = pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    return Files.writeString(folder.resolve(name + ".pem"), key + certificatePem());
  }

  /** Writes only the certificate in PEM. */
  Path trustedPem() throws Exception {
    return Files.writeString(folder.resolve(name + "-trusted.pem"), certificatePem());
  }

  /** Writes only the certificate in a JKS store. */
  Path trustedJks() throws Exception {
    Path file = folder.resolve(name + "-trusted.jks");
    try (var out = Files.newOutputStream(file)) {
      trusted("JKS").store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  /** Creates a context for a server with this key that trusts the client's certificate. */
  SSLContext server(TestCertificates client) throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(client.trusted("PKCS12"));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private KeyStore trusted(String type) throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setCertificateEntry(ALIAS, certificate());
    return store;
  }

  private Certificate certificate() throws GeneralSecurityException {
    return keys.getCertificate(ALIAS);
  }

  private String certificatePem() throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate().getEncoded());
  }

  private static String pem(String what, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }
}
