package io.cofferdam;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.google.errorprone.annotations.CheckReturnValue;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.slf4j.spi.SLF4JServiceProvider;

/** The arrows between packages. Packages that workers load need the JDK and each other alone. */
@AnalyzeClasses(
    packages = "io.cofferdam",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeTestkit.class
    })
class ArchitectureTest {

  static final class DoNotIncludeTestkit implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/io/cofferdam/testkit/");
    }
  }

  private static final String API = "io.cofferdam";
  private static final String INTERNAL = "io.cofferdam.internal..";
  private static final String[] IN_THE_APPLICATION = {
    "io.cofferdam.internal.answer..",
    "io.cofferdam.internal.concurrency..",
    "io.cofferdam.internal.executor..",
    "io.cofferdam.internal.log..",
    "io.cofferdam.internal.process..",
    "io.cofferdam.internal.queue..",
    "io.cofferdam.internal.settle..",
    "io.cofferdam.internal.stats..",
    "io.cofferdam.internal.supervise..",
    "io.cofferdam.internal.task..",
  };
  private static final String[] LOADED_IN_WORKERS = {
    "io.cofferdam.internal.boot..",
    "io.cofferdam.internal.codec..",
    "io.cofferdam.internal.config..",
    "io.cofferdam.internal.dialect..",
    "io.cofferdam.internal.recorder..",
    "io.cofferdam.internal.sql..",
    "io.cofferdam.internal.state..",
    "io.cofferdam.internal.text..",
    "io.cofferdam.internal.wire..",
    "io.cofferdam.internal.worker..",
  };

  private static DescribedPredicate<JavaClass> internalBut(String ownPackage) {
    return resideInAPackage(INTERNAL).and(not(resideInAPackage(ownPackage)));
  }

  @ArchTest
  static final ArchRule wireDependsOnNoOtherInternalPackageButSettingsAndStates =
      noClasses()
          .that()
          .resideInAPackage("io.cofferdam.internal.wire..")
          .should()
          .dependOnClassesThat(
              internalBut("io.cofferdam.internal.wire..")
                  .and(not(resideInAPackage("io.cofferdam.internal.config..")))
                  .and(not(resideInAPackage("io.cofferdam.internal.state.."))));

  @ArchTest
  static final ArchRule settingsDependOnNoOtherInternalPackageButTheirSecrets =
      noClasses()
          .that()
          .resideInAPackage("io.cofferdam.internal.config..")
          .should()
          .dependOnClassesThat(
              internalBut("io.cofferdam.internal.config..")
                  .and(not(resideInAPackage("io.cofferdam.internal.text.."))));

  @ArchTest
  static final ArchRule recorderDependsOnNoOtherInternalPackage =
      noClasses()
          .that()
          .resideInAPackage("io.cofferdam.internal.recorder..")
          .should()
          .dependOnClassesThat(internalBut("io.cofferdam.internal.recorder.."));

  @ArchTest
  static final ArchRule statesDependOnNoOtherInternalPackage =
      noClasses()
          .that()
          .resideInAPackage("io.cofferdam.internal.state..")
          .should()
          .dependOnClassesThat(internalBut("io.cofferdam.internal.state.."));

  @ArchTest
  static final ArchRule readingSqlDependsOnNoOtherInternalPackage =
      noClasses()
          .that()
          .resideInAPackage("io.cofferdam.internal.sql..")
          .should()
          .dependOnClassesThat(internalBut("io.cofferdam.internal.sql.."));

  @ArchTest
  static final ArchRule dialectsDependOnReadingSqlOnStatesAndOnSecretsAlone =
      noClasses()
          .that()
          .resideInAPackage("io.cofferdam.internal.dialect..")
          .should()
          .dependOnClassesThat(
              internalBut("io.cofferdam.internal.dialect..")
                  .and(not(resideInAPackage("io.cofferdam.internal.sql..")))
                  .and(not(resideInAPackage("io.cofferdam.internal.state..")))
                  .and(not(resideInAPackage("io.cofferdam.internal.text.."))));

  @ArchTest
  static final ArchRule whatWorkersLoadNamesNothingOfTheApplication =
      noClasses()
          .that()
          .resideInAnyPackage(LOADED_IN_WORKERS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(IN_THE_APPLICATION);

  @ArchTest
  static final ArchRule theApplicationNamesNothingOfTheWorker =
      noClasses()
          .that()
          .resideInAnyPackage(IN_THE_APPLICATION)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.cofferdam.internal.worker..");

  @ArchTest
  static final ArchRule everyInternalPackageIsOnOneSide =
      classes()
          .that()
          .resideInAPackage(INTERNAL)
          .should()
          .resideInAnyPackage(
              Stream.concat(Stream.of(IN_THE_APPLICATION), Stream.of(LOADED_IN_WORKERS))
                  .toArray(String[]::new));

  @ArchTest
  static final ArchRule workersLoadNoLibraries =
      noClasses()
          .that()
          .resideInAnyPackage(LOADED_IN_WORKERS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.google.common..", "com.github.benmanes..", "io.micrometer..");

  @ArchTest
  static final ArchRule workersLogThroughTheConsoleAlone =
      noClasses()
          .that()
          .resideInAnyPackage(LOADED_IN_WORKERS)
          .and()
          .haveNameNotMatching("io\\.cofferdam\\.internal\\.worker\\.ConsoleLoggerProvider.*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.slf4j..");

  @ArchTest
  static final ArchRule nothingPublicHasAnInternalTypeInASignature =
      codeUnits()
          .that()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage(INTERNAL)
          .and(
              describe(
                  "are public or protected",
                  unit ->
                      unit.getModifiers().contains(JavaModifier.PUBLIC)
                          || unit.getModifiers().contains(JavaModifier.PROTECTED)))
          .should(nameNoInternalType());

  @ArchTest
  static final ArchRule noPublicTypeHasAnInternalField =
      fields()
          .that()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage(INTERNAL)
          .should()
          .notHaveRawType(resideInAPackage(INTERNAL));

  @ArchTest
  static final ArchRule resultsOfTheApiAreCheckedUnlessTheyMayBeIgnored =
      classes()
          .that()
          .resideInAPackage(API)
          .should(
              new ArchCondition<JavaClass>("be in a package that is @CheckReturnValue") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean checked = type.getPackage().isAnnotatedWith(CheckReturnValue.class);
                  events.add(
                      new SimpleConditionEvent(
                          type, checked, type.getPackageName() + " is not @CheckReturnValue"));
                }
              });

  /** What a lambda captures counts as parameters of a method that the compiler makes. */
  @ArchTest
  static final ArchRule nothingTakesMoreThanSevenParameters =
      codeUnits().that().haveNameNotStartingWith("lambda$").should(takeAtMostSevenParameters());

  @ArchTest
  static final ArchRule valuesOfTheApiDoNotChange =
      classes()
          .that()
          .resideInAPackage(API)
          .and()
          .haveNameNotMatching(".*(Builder|Draft)")
          .should()
          .haveOnlyFinalFields();

  @ArchTest
  static final ArchRule onlyTheBuildersReachBehindTheApiExceptForTexts =
      noClasses()
          .that()
          .resideOutsideOfPackage(INTERNAL)
          .and()
          .haveNameNotMatching(".*\\.(TransactionExecutor|Database|Tracking|WorkerJvm)Builder")
          .should()
          .dependOnClassesThat(internalBut("io.cofferdam.internal.text.."));

  @ArchTest
  static final ArchRule packagesBelowInternalAreFreeOfCycles =
      slices().matching("io.cofferdam.internal.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule databasesDoNotKnowEachOther =
      slices()
          .matching("io.cofferdam.internal.dialect.(postgresql|mysql|h2)")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule noOtherInternalPackageKnowsTheExecutor =
      noClasses()
          .that()
          .resideInAPackage(INTERNAL)
          .and()
          .resideOutsideOfPackage("io.cofferdam.internal.executor..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.cofferdam.internal.executor");

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes()
          .should(
              new ArchCondition<JavaClass>("be in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                  events.add(
                      new SimpleConditionEvent(
                          type, marked, type.getPackageName() + " is not @NullMarked"));
                }
              });

  @ArchTest
  static final ArchRule internalTypesArePublicOnlyIfAnotherPackageUsesThem =
      classes()
          .that()
          .resideInAPackage(INTERNAL)
          .and()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .and()
          .areNotAssignableTo(Throwable.class)
          .and()
          .areNotAssignableTo(SLF4JServiceProvider.class)
          .and(
              describe(
                  "hold more than constants, which the compiler copies",
                  type -> !type.getMethods().isEmpty()))
          .should(beUsedByAnotherPackage());

  private static ArchCondition<JavaCodeUnit> takeAtMostSevenParameters() {
    return new ArchCondition<>("take at most seven parameters") {
      @Override
      public void check(JavaCodeUnit unit, ConditionEvents events) {
        int parameters = unit.getRawParameterTypes().size();
        events.add(
            new SimpleConditionEvent(
                unit, parameters <= 7, unit.getDescription() + " has " + parameters));
      }
    };
  }

  private static ArchCondition<JavaCodeUnit> nameNoInternalType() {
    DescribedPredicate<JavaClass> internal = resideInAnyPackage(INTERNAL);
    return new ArchCondition<>("name no internal type") {
      @Override
      public void check(JavaCodeUnit unit, ConditionEvents events) {
        boolean named =
            Stream.concat(
                    unit.getReturnType().getAllInvolvedRawTypes().stream(),
                    Stream.concat(
                        unit.getParameterTypes().stream()
                            .flatMap(type -> type.getAllInvolvedRawTypes().stream()),
                        unit.getExceptionTypes().stream()))
                .anyMatch(internal);
        events.add(new SimpleConditionEvent(unit, !named, unit.getDescription()));
      }
    };
  }

  private static ArchCondition<JavaClass> beUsedByAnotherPackage() {
    return new ArchCondition<>("be used by another package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean used =
            type.getPackage().getClasses().stream()
                .filter(part -> part.getName().equals(type.getName()) || isInside(part, type))
                .flatMap(part -> part.getDirectDependenciesToSelf().stream())
                .anyMatch(
                    use -> !use.getOriginClass().getPackageName().equals(type.getPackageName()));
        events.add(
            new SimpleConditionEvent(
                type, used, type.getName() + " is public, but only its own package uses it"));
      }
    };
  }

  private static boolean isInside(JavaClass part, JavaClass whole) {
    return part.getName().startsWith(whole.getName() + "$");
  }
}
