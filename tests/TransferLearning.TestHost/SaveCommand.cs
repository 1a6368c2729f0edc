namespace TransferLearning.TestHost;

/// <summary>
/// <c>save FIRST SECOND TARGET</c>: saves two classifiers over each other until it is killed. Writes <c>saving</c> after the first save.
/// </summary>
internal static class SaveCommand
{
    public static async Task RunAsync(string[] arguments)
    {
        using var first = ImageClassifier.Load(arguments[0]);
        using var second = ImageClassifier.Load(arguments[1]);
        first.Save(arguments[2]);
        await Console.Out.WriteLineAsync("saving");
        await Console.Out.FlushAsync();
        while (true)
        {
            second.Save(arguments[2]);
            first.Save(arguments[2]);
        }
    }
}
