namespace TransferLearning;

/// <summary>What one epoch brought.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Loss">The mean training loss of the epoch's steps, as it was minimised: with label smoothing and class weights.</param>
/// <param name="Accuracy">
/// The share of training images that were classified rightly, each at the step that it was seen in, in [0, 1].
/// </param>
/// <param name="ValidationLoss">
/// The mean cross-entropy of the validation images after the epoch, in nats; null without validation images.
/// </param>
/// <param name="ValidationAccuracy">
/// The share of validation images classified rightly after the epoch, in [0, 1]; null without them.
/// </param>
/// <param name="LearningRate">The learning rate of the epoch's last step, before the factors of single layers.</param>
/// <param name="Seconds">How long the epoch took, validation included.</param>
public sealed record EpochLog(
    int Epoch, double Loss, double Accuracy, double? ValidationLoss, double? ValidationAccuracy, double LearningRate, double Seconds);
