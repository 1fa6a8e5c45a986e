export * from "./components/args";
export { Cluster, type ClusterNodes } from "./components/cluster";
export * from "./components/checkArgs";
export * from "./components/clusterArgs";
export type { ClusterDirector } from "./components/clusterDirector";
export { Director } from "./components/director";
export { KeepalivedPair } from "./components/keepalivedPair";
export type { HostConnection, ProxyConnection } from "./components/model/connection";
export type { Host } from "./components/model/host";
export {
  Become,
  Drift,
  Protocol,
  Scheduler,
  SchedulerFlag,
  WebServerKind,
} from "./components/model/options";
export { DnsRecordType, HttpProtocol } from "./components/model/keepalived/options";
export * from "./components/pairArgs";
export { RealServer } from "./components/realServer";
export { VirtualService } from "./components/virtualService";
