using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>One line for each epoch, as Keras prints it.</summary>
internal static class EpochLine
{
    public static string Of(EpochLog epoch)
    {
        string validation = epoch.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $" - val_loss: {epoch.ValidationLoss:F4} - val_accuracy: {accuracy:F4}")
            : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {epoch.Epoch}: {epoch.Seconds:F1}s - loss: {epoch.Loss:F4} - accuracy: {epoch.Accuracy:F4}{validation}") +
            string.Create(CultureInfo.InvariantCulture, $" - learning_rate: {epoch.LearningRate:G3}");
    }
}
