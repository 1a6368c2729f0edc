using System.Diagnostics;
using System.Runtime.Loader;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// How long a head takes for many classes (<c>head-scale</c>), also by an earlier build of the library
/// (<c>head-scale FOLDER/TransferLearning.Core.dll</c>), and for how many rows (<c>feature-scale</c>): features of 1,280 numbers, made by a
/// seeded generator around a centre for each class.
/// </summary>
internal static class HeadScale
{
    private const int Columns = 1280;

    /// <summary>Directions in which the classes differ and the rows of a class vary; the rest is noise.</summary>
    private const int Directions = 96;

    private static readonly (int Classes, int Rows)[] Sizes = [(2, 1600), (10, 2000), (81, 2430), (102, 2448), (1000, 10000)];

    /// <summary>Heads of 2 to 1,000 classes in memory, one line each; the earlier build first where one is given.</summary>
    public static void Run(string? earlier)
    {
        var fits = new List<(string Name, Func<float[], int[], int, double> Fit)> { ("now", Fit) };
        if (earlier is not null)
            fits.Insert(0, ("before", FitOf(earlier)));
        Console.WriteLine($"{"classes",8}{"rows",8}{"build",8}{"seconds",10}{"CPU s",8}{"accuracy",10}");
        foreach (var (classes, rows) in Sizes)
        {
            var source = new MadeFeatures(classes, seed: 1);
            var (values, labels) = Take(source, rows, 0);
            var (test, testLabels) = Take(source, 2000, rows);
            foreach (var (name, fit) in fits)
            {
                var processor = Process.GetCurrentProcess().TotalProcessorTime;
                var clock = Stopwatch.StartNew();
                s_test = (test, testLabels);
                double accuracy = fit(values, labels, classes);
                double seconds = clock.Elapsed.TotalSeconds;
                processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
                Console.WriteLine(FormattableString.Invariant(
                    $"{classes,8}{rows,8}{name,8}{seconds,10:F2}{processor.TotalSeconds,8:F1}{100 * accuracy,10:F2}"));
            }
        }
    }

    /// <summary>
    /// Heads on tables of the given numbers of rows, each in a process of its own whose memory is watched; the smallest also in memory.
    /// </summary>
    public static async Task RunTablesAsync(int classes, int[] counts)
    {
        if (counts.Length == 0)
            counts = [10_000, 20_000, 100_000, 1_000_000];
        Console.WriteLine(
            $"{"rows",10}{"classes",9}{"head",10}{"write s",9}{"fit s",9}{"us/row",9}{"peak MB",9}{"accuracy",10}{"passes",8}");
        foreach (int rows in counts)
        {
            foreach (string kind in rows <= 20_000 ? new[] { "memory", "table" } : ["table"])
            {
                string[] arguments = ["exec", typeof(HeadScale).Assembly.Location, "child", "head-" + kind, $"{classes}", $"{rows}"];
                var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
                using var process = Process.Start(start)!;
                Console.Write(await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false));
                await process.WaitForExitAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>One line of the table.</summary>
    public static void RunChild(string kind, int classes, int rows)
    {
        // A sample of a fifth of 20,000 rows shows what streaming costs in accuracy where the whole would fit in memory.
        long sample = rows <= 20_000 ? (long)rows * Columns / 5 : StreamedHead.NumbersOfSample;
        var source = new MadeFeatures(classes, seed: 1);
        using var train = new FeatureTable(Columns);
        using var held = new FeatureTable(Columns);
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < rows; i++)
            source.Write(i, train);
        for (int i = 0; i < 4000; i++)
            source.Write(rows + i, held);
        double writing = clock.Elapsed.TotalSeconds;
        clock.Restart();
        var head = kind == "table"
            ? LinearHead.Fit(train, classes, held, null, sample, null, CancellationToken.None)
            : LinearHead.Fit(
                train.Select([.. Enumerable.Range(0, rows)]), [.. train.Labels], classes,
                held.Select([.. Enumerable.Range(0, held.Rows)]), [.. held.Labels]);
        double seconds = clock.Elapsed.TotalSeconds;
        using var test = new FeatureTable(Columns);
        for (int i = 0; i < 4000; i++)
            source.Write(rows + 4000 + i, test);
        int[] predicted = head.Predict(test.Select([.. Enumerable.Range(0, test.Rows)]));
        double accuracy = predicted.Zip(test.Labels).Count(pair => pair.First == pair.Second) / (double)test.Rows;
        Console.WriteLine(FormattableString.Invariant(
            $"{rows,10}{classes,9}{kind,10}{writing,9:F1}{seconds,9:F1}{1e6 * seconds / rows,9:F0}") + FormattableString.Invariant(
            $"{Process.GetCurrentProcess().PeakWorkingSet64 / 1e6,9:F0}{100 * accuracy,10:F2}{head.Iterations,8}"));
    }

    private static (float[] Test, int[] Labels) s_test;

    private static double Fit(float[] values, int[] labels, int classes) => Score(LinearHead.Fit(
        FeatureMatrix.Create(labels.Length, Columns, values), labels, classes).Predict(
            FeatureMatrix.Create(s_test.Labels.Length, Columns, s_test.Test)));

    private static double Score(int[] predicted) =>
        predicted.Zip(s_test.Labels).Count(pair => pair.First == pair.Second) / (double)predicted.Length;

    /// <summary>The same call in another build of the library, beside this one.</summary>
    private static Func<float[], int[], int, double> FitOf(string path)
    {
        var library = new AssemblyLoadContext("earlier").LoadFromAssemblyPath(Path.GetFullPath(path));
        var matrix = library.GetType("TransferLearning.FeatureMatrix", throwOnError: true)!;
        var fromRows = matrix.GetMethod("FromRows", [typeof(IReadOnlyList<float[]>)])!;
        var head = library.GetType("TransferLearning.LinearHead", throwOnError: true)!;
        var fit = head.GetMethods().First(method => method.Name == "FitAsync" && method.GetParameters()[0].ParameterType == matrix);
        var predict = head.GetMethod("Predict", [matrix])!;
        return (values, labels, classes) =>
        {
            object?[] arguments = [Matrix(values), labels, classes, null, null, null, null, CancellationToken.None];
            var task = (Task)fit.Invoke(null, arguments)!;
            task.Wait();
            object fitted = task.GetType().GetProperty("Result")!.GetValue(task)!;
            return Score((int[])predict.Invoke(fitted, [Matrix(s_test.Test)])!);
        };

        object Matrix(float[] values) => fromRows.Invoke(null, [values.Chunk(Columns).ToArray()])!;
    }

    private static (float[] Values, int[] Labels) Take(MadeFeatures source, int rows, int first)
    {
        using var table = new FeatureTable(Columns);
        for (int i = 0; i < rows; i++)
            source.Write(first + i, table);
        return (table.Select([.. Enumerable.Range(0, rows)]).Values.ToArray(), [.. table.Labels]);
    }

    /// <summary>
    /// Rows like pooled features: non-negative, of unequal spread, in which a class is a centre in a space of few directions.
    /// </summary>
    private sealed class MadeFeatures(int classes, int seed)
    {
        private readonly float[] _centres = Gaussians(classes * Directions, seed, 1);
        private readonly float[] _mixing = Gaussians(Directions * Columns, seed, 2);
        private readonly float[] _row = new float[Columns];

        public void Write(int index, FeatureTable table)
        {
            var random = new SeededRandom(seed, RandomPurpose.Augmentation, index);
            int label = index % classes;
            Array.Clear(_row);
            for (int k = 0; k < Directions; k++)
            {
                float place = (_centres[(label * Directions) + k] + (1.6f * (float)random.NextGaussian())) / MathF.Sqrt(1 + k);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(
                    _mixing.AsSpan(k * Columns, Columns), place, _row, _row);
            }

            for (int k = 0; k < Columns; k++)
                _row[k] = Math.Max(0, _row[k] + (0.5f * ((4 * random.NextSingle()) - 2))) * (1 + (k % 7));
            table.Add(_row, label);
        }

        private static float[] Gaussians(int count, int seed, int stream)
        {
            var random = new SeededRandom(seed, RandomPurpose.Weights, stream);
            float[] values = new float[count];
            for (int i = 0; i < count; i++)
                values[i] = (float)random.NextGaussian();
            return values;
        }
    }
}
