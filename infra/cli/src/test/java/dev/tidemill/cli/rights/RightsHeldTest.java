package dev.tidemill.cli.rights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Topics;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RightsHeldTest {
  private static final Topics TOPICS = Topics.of("tidemill", "m");

  @ParameterizedTest
  @EnumSource(PrincipalRole.class)
  void missesNothingOfARoleWhoseRightsAreHeld(PrincipalRole role) {
    List<Right> needed = role.rights("m", TOPICS);
    RightsHeld held = new RightsHeld();
    needed.forEach(
        right -> held.add(right.type(), right.name(), EnumSet.allOf(AclOperation.class)));

    assertThat(held.missing(needed)).isEmpty();
  }

  @Test
  void namesTheOperationsThatAreMissing() {
    RightsHeld held = new RightsHeld();
    held.add(ResourceType.TOPIC, TOPICS.batches(), Set.of(AclOperation.DESCRIBE));

    List<Right> missing = held.missing(PrincipalRole.PRODUCER.rights("m", TOPICS));

    assertThat(missing)
        .singleElement()
        .satisfies(
            right -> {
              assertThat(right.words())
                  .isEqualTo("write and DescribeConfigs on topic " + TOPICS.batches());
              assertThat(right.command("host:1", "User:x"))
                  .isEqualTo(
                      "kafka-acls --bootstrap-server host:1 --add --allow-principal User:x"
                          + " --operation write --operation DescribeConfigs --topic "
                          + TOPICS.batches());
            });
  }

  /** The brokers say no more of groups and transactional ids. */
  @Test
  void takesDescribeForReadAndWriteOfGroupsAndTransactionalIds() {
    RightsHeld held = new RightsHeld();
    held.add(ResourceType.GROUP, "tidemill-m-", Set.of(AclOperation.DESCRIBE));
    held.add(ResourceType.TRANSACTIONAL_ID, "tidemill-m-trainer", Set.of());

    assertThat(held.missing(PrincipalRole.TRAINER.rights("m", TOPICS)))
        .extracting(Right::words)
        .containsExactly("write and describe on transactional id tidemill-m-trainer*");
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    assertThat(new RightsHeld().missing(PrincipalRole.DOCTOR.rights("m", TOPICS))).isEmpty();
  }
}
