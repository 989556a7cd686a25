package dev.darter.service;

import java.util.Locale;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/** Logs go to the standard error stream, one line an event; logback finds this class by itself before the first line. */
public final class Logging extends ContextAwareBase implements Configurator {
    /** A stack trace, its first frames, stays on its line too, so that tools which read by lines keep events whole. */
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: "
            + "%replace(%msg %ex{20}){'\\s*[\\r\\n]+\\s*', ' | '}%nopex%n";
    /** How much is said. */
    public enum Verbosity {
        /** Only what needs somebody's attention. */
        WARN,
        /** What an operator wants to know. */
        INFO,
        /** Each decision. */
        DEBUG
    }

    /** Sets how much Darter says from now on. Libraries say what needs attention only. */
    public static void set(Verbosity verbosity) {
        logger("dev.darter").setLevel(Level.valueOf(verbosity.name().toUpperCase(Locale.ROOT)));
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            // Somebody knows better; logback reads that file next.
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(PATTERN);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger("dev.darter").setLevel(Level.INFO);
        // Warns at each connection to a Unix socket that this has no keep-alive, which grpc always asks for.
        context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
