using System.Globalization;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>The processor time of the processes that this one has started and that have ended, where the system tells it.</summary>
internal static class ChildTime
{
    private const double TicksOfASecond = 100;

    /// <summary>The seconds so far, in hundredths; null where the system does not tell.</summary>
    public static double? Seconds()
    {
        const string path = "/proc/self/stat";
        if (!File.Exists(path))
            return null;
        string stat = File.ReadAllText(path);

        // The name of the program may have spaces; after it the first field is the state, and the times of the children are 13 and 14
        // further.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[13], CultureInfo.InvariantCulture) +
            double.Parse(fields[14], CultureInfo.InvariantCulture)) / TicksOfASecond;
    }
}
