using System.Globalization;

namespace TransferLearning.Fuzz;

/// <summary>What a campaign is asked to do.</summary>
internal sealed record FuzzOptions
{
    /// <summary>How it is called.</summary>
    public const string Usage = """
        dotnet run -c Release --project tests/TransferLearning.Fuzz -- [options]          look for faults
        dotnet run -c Release --project tests/TransferLearning.Fuzz -- replay TARGET FILE  run one input again

          --target NAME         one target; without it all
          --seconds N           the time for all targets together (default 60)
          --iterations N        the most inputs for each target, for runs that are to be the same each time
          --seed N              another seed, other inputs (default 1)
          --limit-seconds N     the time that one input may take (default 20)
          --limit-mb N          by how much one input may raise the memory (default 192)
          --grow N              keep up to N new minimal inputs of each target in the corpus
          --findings FOLDER     where findings go (default artifacts/fuzz)
        """;

    /// <summary>The targets.</summary>
    public IReadOnlyCollection<string> Targets { get; init; } = FuzzTarget.Names;

    /// <summary>The time for all targets together.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most inputs for each target.</summary>
    public long Iterations { get; init; } = long.MaxValue;

    /// <summary>Decides all mutations.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What one input may cost.</summary>
    public WorkerLimits Limits { get; init; } = new(TimeSpan.FromSeconds(20), 192 << 20);

    /// <summary>How many new inputs of each target are kept in the corpus.</summary>
    public int Grow { get; init; }

    /// <summary>Where findings go.</summary>
    public string Findings { get; init; } = Path.Combine("artifacts", "fuzz");

    /// <summary>Reads options.</summary>
    /// <exception cref="FormatException">An option is not known or has no value; the message says which.</exception>
    public static FuzzOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new FuzzOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string name = arguments[i];
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"{name} needs a value.");
            options = name switch
            {
                "--target" => options with { Targets = [Known(value)] },
                "--seconds" => options with { Time = TimeSpan.FromSeconds(Number(name, value)) },
                "--iterations" => options with { Iterations = Number(name, value) },
                "--seed" => options with { Seed = Number(name, value) },
                "--limit-seconds" => options with { Limits = options.Limits with { Time = TimeSpan.FromSeconds(Number(name, value)) } },
                "--limit-mb" => options with { Limits = options.Limits with { MemoryBytes = (long)Number(name, value) << 20 } },
                "--grow" => options with { Grow = Number(name, value) },
                "--findings" => options with { Findings = value },
                _ => throw new FormatException($"There is no option {name}."),
            };
        }

        return options;
    }

    /// <summary>A target that there is.</summary>
    public static string Known(string target) => FuzzTarget.Names.Contains(target)
        ? target
        : throw new FormatException($"There is no target '{target}'; there are {string.Join(", ", FuzzTarget.Names)}.");

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new FormatException($"{name} takes a whole number, not '{value}'.");
}
