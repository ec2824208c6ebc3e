package dev.tidemill.messaging;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Utils;

/**
 * Finds out why no broker answers: probes the bootstrap addresses and compares the result with the
 * settings.
 */
final class ConnectionDiagnosis {
  private static final String CHECK_PORT = "check the port in bootstrap.servers";

  private final String address;
  private final SecurityProtocol set;

  private ConnectionDiagnosis(String address, SecurityProtocol set) {
    this.address = address;
    this.set = set;
  }

  /** Returns the probable cause and the setting to check. */
  static String of(KafkaSettings settings) {
    String sentence = "";
    for (String address : settings.bootstrapServers().split(",", -1)) {
      ConnectionDiagnosis diagnosis =
          new ConnectionDiagnosis(address.strip(), settings.securityProtocol());
      ListenerProbe.Finding finding = diagnosis.look();
      boolean listens =
          switch (finding.outcome()) {
            case UNRESOLVED, REFUSED, UNREACHABLE -> false;
            case KAFKA, KAFKA_WITH_SASL, TLS, HTTP, SOMETHING_ELSE -> true;
          };
      if (listens) {
        return diagnosis.sentence(finding);
      }
      sentence = sentence.isEmpty() ? diagnosis.sentence(finding) : sentence;
    }
    return sentence;
  }

  /** Returns whether a broker answers at an address that the brokers advertise. */
  static boolean findsBroker(KafkaSettings settings) {
    return settings.securityProtocol() == SecurityProtocol.PLAINTEXT
        && Stream.of(settings.bootstrapServers().split(",", -1))
            .map(address -> new ConnectionDiagnosis(address.strip(), SecurityProtocol.PLAINTEXT))
            .flatMap(diagnosis -> diagnosis.look().advertised().stream())
            .distinct()
            .anyMatch(ConnectionDiagnosis::isBroker);
  }

  private static boolean isBroker(String address) {
    return new ConnectionDiagnosis(address, SecurityProtocol.PLAINTEXT).look().outcome()
        == ListenerProbe.Outcome.KAFKA;
  }

  private ListenerProbe.Finding look() {
    String host = Utils.getHost(address);
    Integer port = Utils.getPort(address);
    return ListenerProbe.probe(host == null ? address : host, port == null ? 0 : port);
  }

  private String sentence(ListenerProbe.Finding finding) {
    return switch (finding.outcome()) {
      case UNRESOLVED -> "the host of " + address + " cannot be resolved; check bootstrap.servers";
      case REFUSED -> "nothing listens at " + address + "; start the broker, or " + CHECK_PORT;
      case UNREACHABLE -> address + " accepts no connection; check bootstrap.servers and firewalls";
      case HTTP -> "an HTTP server listens at " + address + ", not Kafka; " + CHECK_PORT;
      case SOMETHING_ELSE ->
          "something listens at " + address + " that does not speak Kafka; " + CHECK_PORT;
      case TLS -> tls();
      case KAFKA -> kafka(finding.advertised());
      case KAFKA_WITH_SASL -> kafkaWithSasl();
    };
  }

  private String tls() {
    return switch (set) {
      case PLAINTEXT, SASL_PLAINTEXT ->
          "%s expects TLS; set kafka.security.protocol=%s and kafka.ssl.truststore.location, or %s"
              .formatted(
                  address, set == SecurityProtocol.PLAINTEXT ? "SSL" : "SASL_SSL", CHECK_PORT);
      case SSL, SASL_SSL ->
          address
              + " speaks TLS, as set, but the handshake fails; check kafka.ssl.truststore.location"
              + " and kafka.ssl.keystore.location";
    };
  }

  private String kafka(List<String> advertised) {
    return switch (set) {
      case PLAINTEXT ->
          advertised.stream().anyMatch(ConnectionDiagnosis::isBroker)
              ? ("Kafka answers at %s, but too slowly; check the load of the brokers and of this"
                      + " machine")
                  .formatted(address)
              : ("Kafka answers at %s and advertises the brokers %s, which do not answer; check the"
                      + " brokers' advertised.listeners")
                  .formatted(address, advertised);
      case SSL ->
          address
              + " is Kafka without TLS; set kafka.security.protocol=PLAINTEXT, or "
              + CHECK_PORT;
      case SASL_PLAINTEXT, SASL_SSL ->
          address
              + " is Kafka without TLS and SASL; set kafka.security.protocol=PLAINTEXT, or "
              + CHECK_PORT;
    };
  }

  private String kafkaWithSasl() {
    return switch (set) {
      case PLAINTEXT ->
          address
              + " expects SASL; set kafka.security.protocol=SASL_PLAINTEXT, kafka.sasl.mechanism"
              + " and kafka.sasl.jaas.config, or "
              + CHECK_PORT;
      case SSL, SASL_SSL ->
          address
              + " expects SASL without TLS; set kafka.security.protocol=SASL_PLAINTEXT, or "
              + CHECK_PORT;
      case SASL_PLAINTEXT ->
          address + " expects SASL, as set; check kafka.sasl.mechanism and kafka.sasl.jaas.config";
    };
  }
}
