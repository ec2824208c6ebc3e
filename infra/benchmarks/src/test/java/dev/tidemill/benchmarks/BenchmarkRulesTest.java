package dev.tidemill.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import dev.tidemill.engine.dl4j.plan.PlanReport;
import org.junit.jupiter.api.Test;

/** The module rules of docs/architecture.md, as far as they are about this module. */
class BenchmarkRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.tidemill");

  @Test
  void nothingDependsOnTheBenchmarks() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tidemill.benchmarks..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.benchmarks..")
        .check(CLASSES);
  }

  @Test
  void theFrameKnowsNoBenchmark() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.benchmarks")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.benchmarks.*..")
        .check(CLASSES);
  }

  /**
   * Beside its engine, only the peer may use Deeplearning4j that stands for its users' programs.
   */
  @Test
  void deeplearning4jIsUsedByItsPeerAlone() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.benchmarks..")
        .and()
        .haveSimpleNameNotStartingWith("StockDl4j")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..")
        .check(CLASSES);
  }

  /**
   * What a plan consists of, and the natives for that peer; nothing else of the engine's inside.
   */
  @Test
  void plansAndNativesAreAllThatIsUsedOfTheEnginesInside() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.benchmarks..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.tidemill.engine.dl4j.*..")
                .and(not(belongToAnyOf(PlanReport.class, NativeLibraries.class))))
        .check(CLASSES);
  }
}
