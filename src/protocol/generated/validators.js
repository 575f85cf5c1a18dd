// Generated from proto/ by tools/generate.ts. Do not edit.

"use strict";
export const viewOutput = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"view-output","title":"ViewOutput","description":"application/vnd.duallane.view+json: what a view leaves in the notebook file. It is untrusted input.","type":"object","properties":{"version":{"const":1},"view":{"enum":["live-telemetry","fast-lane","sql-cell","run-compare","episode-player"]},"runs":{"type":"array","items":{"type":"string","maxLength":128,"pattern":"^[^\\u0000-\\u001f/\\\\]+$"},"maxItems":1000},"settings":{"type":"object","description":"The element's own options: plain JSON values, checked by the element."},"model_id":{"type":"string","maxLength":64},"title":{"type":"string","maxLength":200},"poster":{"type":"string","maxLength":280000,"pattern":"^data:image/png;base64,[A-Za-z0-9+/=]*$","description":"The last picture, at most limits.posterBytes of PNG."},"poster_at_ms":{"type":"number"},"last":{"type":"object","description":"The element's last state in numbers, shown when nothing can be reached; at most 100 kB."}},"required":["version","view","runs","settings"],"additionalProperties":false};
const func2 = Object.prototype.hasOwnProperty;
const func3 = (text) => [...text].length;
const pattern0 = new RegExp("^[^\\u0000-\\u001f/\\\\]+$", "u");
const pattern1 = new RegExp("^data:image/png;base64,[A-Za-z0-9+/=]*$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="view-output" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.view === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "view"},message:"must have required property '"+"view"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.runs === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "runs"},message:"must have required property '"+"runs"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.settings === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "settings"},message:"must have required property '"+"settings"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema11.properties, key0))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.version !== undefined){
if(1 !== data.version){
const err5 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.view !== undefined){
let data1 = data.view;
if(!(((((data1 === "live-telemetry") || (data1 === "fast-lane")) || (data1 === "sql-cell")) || (data1 === "run-compare")) || (data1 === "episode-player"))){
const err6 = {instancePath:instancePath+"/view",schemaPath:"#/properties/view/enum",keyword:"enum",params:{allowedValues: schema11.properties.view.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.runs !== undefined){
let data2 = data.runs;
if(Array.isArray(data2)){
if(data2.length > 1000){
const err7 = {instancePath:instancePath+"/runs",schemaPath:"#/properties/runs/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(typeof data3 === "string"){
if(func3(data3) > 128){
const err8 = {instancePath:instancePath+"/runs/" + i0,schemaPath:"#/properties/runs/items/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(!pattern0.test(data3)){
const err9 = {instancePath:instancePath+"/runs/" + i0,schemaPath:"#/properties/runs/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f/\\\\]+$"},message:"must match pattern \""+"^[^\\u0000-\\u001f/\\\\]+$"+"\""};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/runs/" + i0,schemaPath:"#/properties/runs/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/runs",schemaPath:"#/properties/runs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.settings !== undefined){
let data4 = data.settings;
if(!(data4 && typeof data4 == "object" && !Array.isArray(data4))){
const err12 = {instancePath:instancePath+"/settings",schemaPath:"#/properties/settings/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.model_id !== undefined){
let data5 = data.model_id;
if(typeof data5 === "string"){
if(func3(data5) > 64){
const err13 = {instancePath:instancePath+"/model_id",schemaPath:"#/properties/model_id/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/model_id",schemaPath:"#/properties/model_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.title !== undefined){
let data6 = data.title;
if(typeof data6 === "string"){
if(func3(data6) > 200){
const err15 = {instancePath:instancePath+"/title",schemaPath:"#/properties/title/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/title",schemaPath:"#/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.poster !== undefined){
let data7 = data.poster;
if(typeof data7 === "string"){
if(func3(data7) > 280000){
const err17 = {instancePath:instancePath+"/poster",schemaPath:"#/properties/poster/maxLength",keyword:"maxLength",params:{limit: 280000},message:"must NOT have more than 280000 characters"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(!pattern1.test(data7)){
const err18 = {instancePath:instancePath+"/poster",schemaPath:"#/properties/poster/pattern",keyword:"pattern",params:{pattern: "^data:image/png;base64,[A-Za-z0-9+/=]*$"},message:"must match pattern \""+"^data:image/png;base64,[A-Za-z0-9+/=]*$"+"\""};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/poster",schemaPath:"#/properties/poster/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.poster_at_ms !== undefined){
if(!(typeof data.poster_at_ms == "number")){
const err20 = {instancePath:instancePath+"/poster_at_ms",schemaPath:"#/properties/poster_at_ms/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.last !== undefined){
let data9 = data.last;
if(!(data9 && typeof data9 == "object" && !Array.isArray(data9))){
const err21 = {instancePath:instancePath+"/last",schemaPath:"#/properties/last/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

export const runConfig = validate11;
const schema12 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"run-config","title":"RunConfig","description":"config_json of SubmitRun. Source: contracts, section 1.","type":"object","properties":{"run_name":{"type":"string","minLength":1,"maxLength":120},"entry_point":{"type":"string","minLength":1},"arguments":{"type":"array","items":{"type":"string"}},"environment":{"type":"object","additionalProperties":{"type":"string"}},"resources":{"type":"object","properties":{"cpus":{"type":"integer","minimum":1},"memory_mb":{"type":"integer","minimum":256},"gpus":{"type":"object","properties":{"requested":{"type":"integer","minimum":0,"maximum":8},"mandatory":{"type":"boolean"}},"required":["requested"],"additionalProperties":false}},"required":["cpus","memory_mb","gpus"],"additionalProperties":false},"artifacts":{"type":"object","properties":{"output_prefix":{"type":["string","null"]},"persist_logs":{"type":"boolean"},"keep_checkpoints":{"type":"boolean"}},"additionalProperties":false},"metadata":{"type":"object"},"schedule":{"type":"object","properties":{"max_duration_seconds":{"type":"integer","minimum":1},"max_steps":{"type":"integer","minimum":1}},"additionalProperties":false}},"required":["run_name","entry_point","arguments","environment","resources","artifacts"],"additionalProperties":false};

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="run-config" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.run_name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "run_name"},message:"must have required property '"+"run_name"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.entry_point === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "entry_point"},message:"must have required property '"+"entry_point"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.arguments === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "arguments"},message:"must have required property '"+"arguments"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.environment === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "environment"},message:"must have required property '"+"environment"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.resources === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "resources"},message:"must have required property '"+"resources"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.artifacts === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "artifacts"},message:"must have required property '"+"artifacts"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "run_name") || (key0 === "entry_point")) || (key0 === "arguments")) || (key0 === "environment")) || (key0 === "resources")) || (key0 === "artifacts")) || (key0 === "metadata")) || (key0 === "schedule"))){
const err6 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.run_name !== undefined){
let data0 = data.run_name;
if(typeof data0 === "string"){
if(func3(data0) > 120){
const err7 = {instancePath:instancePath+"/run_name",schemaPath:"#/properties/run_name/maxLength",keyword:"maxLength",params:{limit: 120},message:"must NOT have more than 120 characters"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(func3(data0) < 1){
const err8 = {instancePath:instancePath+"/run_name",schemaPath:"#/properties/run_name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/run_name",schemaPath:"#/properties/run_name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.entry_point !== undefined){
let data1 = data.entry_point;
if(typeof data1 === "string"){
if(func3(data1) < 1){
const err10 = {instancePath:instancePath+"/entry_point",schemaPath:"#/properties/entry_point/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/entry_point",schemaPath:"#/properties/entry_point/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.arguments !== undefined){
let data2 = data.arguments;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
if(typeof data2[i0] !== "string"){
const err12 = {instancePath:instancePath+"/arguments/" + i0,schemaPath:"#/properties/arguments/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/arguments",schemaPath:"#/properties/arguments/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.environment !== undefined){
let data4 = data.environment;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key1 in data4){
if(typeof data4[key1] !== "string"){
const err14 = {instancePath:instancePath+"/environment/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/environment/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.resources !== undefined){
let data6 = data.resources;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.cpus === undefined){
const err16 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/required",keyword:"required",params:{missingProperty: "cpus"},message:"must have required property '"+"cpus"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data6.memory_mb === undefined){
const err17 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/required",keyword:"required",params:{missingProperty: "memory_mb"},message:"must have required property '"+"memory_mb"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data6.gpus === undefined){
const err18 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/required",keyword:"required",params:{missingProperty: "gpus"},message:"must have required property '"+"gpus"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
for(const key2 in data6){
if(!(((key2 === "cpus") || (key2 === "memory_mb")) || (key2 === "gpus"))){
const err19 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data6.cpus !== undefined){
let data7 = data6.cpus;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err20 = {instancePath:instancePath+"/resources/cpus",schemaPath:"#/properties/resources/properties/cpus/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(typeof data7 == "number"){
if(data7 < 1 || isNaN(data7)){
const err21 = {instancePath:instancePath+"/resources/cpus",schemaPath:"#/properties/resources/properties/cpus/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
if(data6.memory_mb !== undefined){
let data8 = data6.memory_mb;
if(!((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8)))){
const err22 = {instancePath:instancePath+"/resources/memory_mb",schemaPath:"#/properties/resources/properties/memory_mb/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(typeof data8 == "number"){
if(data8 < 256 || isNaN(data8)){
const err23 = {instancePath:instancePath+"/resources/memory_mb",schemaPath:"#/properties/resources/properties/memory_mb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 256},message:"must be >= 256"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
if(data6.gpus !== undefined){
let data9 = data6.gpus;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.requested === undefined){
const err24 = {instancePath:instancePath+"/resources/gpus",schemaPath:"#/properties/resources/properties/gpus/required",keyword:"required",params:{missingProperty: "requested"},message:"must have required property '"+"requested"+"'"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
for(const key3 in data9){
if(!((key3 === "requested") || (key3 === "mandatory"))){
const err25 = {instancePath:instancePath+"/resources/gpus",schemaPath:"#/properties/resources/properties/gpus/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data9.requested !== undefined){
let data10 = data9.requested;
if(!((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10)))){
const err26 = {instancePath:instancePath+"/resources/gpus/requested",schemaPath:"#/properties/resources/properties/gpus/properties/requested/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(typeof data10 == "number"){
if(data10 > 8 || isNaN(data10)){
const err27 = {instancePath:instancePath+"/resources/gpus/requested",schemaPath:"#/properties/resources/properties/gpus/properties/requested/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8},message:"must be <= 8"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data10 < 0 || isNaN(data10)){
const err28 = {instancePath:instancePath+"/resources/gpus/requested",schemaPath:"#/properties/resources/properties/gpus/properties/requested/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
if(data9.mandatory !== undefined){
if(typeof data9.mandatory !== "boolean"){
const err29 = {instancePath:instancePath+"/resources/gpus/mandatory",schemaPath:"#/properties/resources/properties/gpus/properties/mandatory/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/resources/gpus",schemaPath:"#/properties/resources/properties/gpus/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data.artifacts !== undefined){
let data12 = data.artifacts;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key4 in data12){
if(!(((key4 === "output_prefix") || (key4 === "persist_logs")) || (key4 === "keep_checkpoints"))){
const err32 = {instancePath:instancePath+"/artifacts",schemaPath:"#/properties/artifacts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data12.output_prefix !== undefined){
let data13 = data12.output_prefix;
if((typeof data13 !== "string") && (data13 !== null)){
const err33 = {instancePath:instancePath+"/artifacts/output_prefix",schemaPath:"#/properties/artifacts/properties/output_prefix/type",keyword:"type",params:{type: schema12.properties.artifacts.properties.output_prefix.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data12.persist_logs !== undefined){
if(typeof data12.persist_logs !== "boolean"){
const err34 = {instancePath:instancePath+"/artifacts/persist_logs",schemaPath:"#/properties/artifacts/properties/persist_logs/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data12.keep_checkpoints !== undefined){
if(typeof data12.keep_checkpoints !== "boolean"){
const err35 = {instancePath:instancePath+"/artifacts/keep_checkpoints",schemaPath:"#/properties/artifacts/properties/keep_checkpoints/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/artifacts",schemaPath:"#/properties/artifacts/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.metadata !== undefined){
let data16 = data.metadata;
if(!(data16 && typeof data16 == "object" && !Array.isArray(data16))){
const err37 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.schedule !== undefined){
let data17 = data.schedule;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key5 in data17){
if(!((key5 === "max_duration_seconds") || (key5 === "max_steps"))){
const err38 = {instancePath:instancePath+"/schedule",schemaPath:"#/properties/schedule/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data17.max_duration_seconds !== undefined){
let data18 = data17.max_duration_seconds;
if(!((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18)))){
const err39 = {instancePath:instancePath+"/schedule/max_duration_seconds",schemaPath:"#/properties/schedule/properties/max_duration_seconds/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(typeof data18 == "number"){
if(data18 < 1 || isNaN(data18)){
const err40 = {instancePath:instancePath+"/schedule/max_duration_seconds",schemaPath:"#/properties/schedule/properties/max_duration_seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
if(data17.max_steps !== undefined){
let data19 = data17.max_steps;
if(!((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19)))){
const err41 = {instancePath:instancePath+"/schedule/max_steps",schemaPath:"#/properties/schedule/properties/max_steps/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(typeof data19 == "number"){
if(data19 < 1 || isNaN(data19)){
const err42 = {instancePath:instancePath+"/schedule/max_steps",schemaPath:"#/properties/schedule/properties/max_steps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
}
else {
const err43 = {instancePath:instancePath+"/schedule",schemaPath:"#/properties/schedule/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
else {
const err44 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

export const recordingIndex = validate12;
const schema13 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"recording","title":"RecordingIndex","description":"The index of a recording: the frames of one episode, as their file (.dlrec) tells them. The file, little endian: magic \"DLREC1\\n\\0\" (8 bytes), the frames one after the other, the index as JSON deflated raw, then 48 bytes: u64 bytes of the deflated index, SHA-256 of everything before it (32 bytes), magic again. Lists under `frames` are of one length, an entry for each frame in ascending order. Codec 0 and 1 are raw-deflated bytes and without loss: codec 0 is the pixels (uint8: rows, then pixels, then channels), codec 1 u32 first row and u32 rows, then those rows XOR the frame before (of the same shape, and no JPEG); the others are as they were. Codec 2 is a JPEG file of 1 or 3 channels: close to what was published, not exact. Codec 0 or 2 at least every limits.recordingKeyEvery frames.","type":"object","properties":{"version":{"const":1},"run":{"type":"string"},"agent":{"type":"string"},"env_slot":{"type":"integer"},"episode":{"type":"integer"},"seed":{"type":["integer","null"]},"steps":{"type":["integer","null"],"description":"Steps the episode had; null when its end was never told."},"total_reward":{"type":["number","null"]},"terminated":{"type":"boolean"},"truncated":{"type":"boolean"},"fps":{"type":"number","exclusiveMinimum":0,"description":"Steps a second at which the environment is meant to be watched; absent when it does not say."},"jpeg":{"type":"object","description":"How frames of codec 2 were made; absent when there are none.","properties":{"quality":{"type":"integer","minimum":1,"maximum":100,"description":"libjpeg's."},"sampling":{"enum":["4:4:4","4:2:0"]}},"required":["quality","sampling"],"additionalProperties":false},"reasons":{"type":"array","items":{"enum":["every","best","worst","failure","demand"]}},"shapes":{"type":"array","description":"[height, width, channels]","items":{"type":"array","items":{"type":"integer","minimum":1},"minItems":3,"maxItems":3}},"frames":{"type":"object","properties":{"step":{"type":"array","items":{"type":"integer"}},"t_us":{"type":"array","items":{"type":"number"},"description":"Microseconds since 1970, the worker's clock."},"reward":{"type":"array","items":{"type":["number","null"]}},"return":{"type":"array","items":{"type":["number","null"]}},"shape":{"type":"array","items":{"type":"integer","minimum":0}},"codec":{"type":"array","items":{"enum":[0,1,2]}},"offset":{"type":"array","items":{"type":"integer","minimum":0}},"length":{"type":"array","items":{"type":"integer","minimum":0}},"crc":{"type":"array","items":{"type":"integer","minimum":0},"description":"CRC-32 of the frame's bytes as they stand in the file; absent in recordings of before there were JPEGs."}},"required":["step","t_us","reward","return","shape","codec","offset","length"],"additionalProperties":false},"missed":{"type":"integer","minimum":0,"description":"Frames of the episode that were published and are not here: overwritten before they were read, or beyond a bound."}},"required":["version","run","agent","env_slot","episode","seed","steps","total_reward","terminated","truncated","reasons","shapes","frames","missed"],"additionalProperties":false};

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="recording" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.run === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.agent === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.env_slot === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "env_slot"},message:"must have required property '"+"env_slot"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.episode === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "episode"},message:"must have required property '"+"episode"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.seed === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "seed"},message:"must have required property '"+"seed"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.steps === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "steps"},message:"must have required property '"+"steps"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.total_reward === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "total_reward"},message:"must have required property '"+"total_reward"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.terminated === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "terminated"},message:"must have required property '"+"terminated"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.truncated === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "truncated"},message:"must have required property '"+"truncated"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.reasons === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reasons"},message:"must have required property '"+"reasons"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data.shapes === undefined){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shapes"},message:"must have required property '"+"shapes"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.frames === undefined){
const err12 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "frames"},message:"must have required property '"+"frames"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data.missed === undefined){
const err13 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "missed"},message:"must have required property '"+"missed"+"'"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema13.properties, key0))){
const err14 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.version !== undefined){
if(1 !== data.version){
const err15 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.run !== undefined){
if(typeof data.run !== "string"){
const err16 = {instancePath:instancePath+"/run",schemaPath:"#/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.agent !== undefined){
if(typeof data.agent !== "string"){
const err17 = {instancePath:instancePath+"/agent",schemaPath:"#/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.env_slot !== undefined){
let data3 = data.env_slot;
if(!((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3)))){
const err18 = {instancePath:instancePath+"/env_slot",schemaPath:"#/properties/env_slot/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.episode !== undefined){
let data4 = data.episode;
if(!((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4)))){
const err19 = {instancePath:instancePath+"/episode",schemaPath:"#/properties/episode/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.seed !== undefined){
let data5 = data.seed;
if((!((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5)))) && (data5 !== null)){
const err20 = {instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/type",keyword:"type",params:{type: schema13.properties.seed.type},message:"must be integer,null"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.steps !== undefined){
let data6 = data.steps;
if((!((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6)))) && (data6 !== null)){
const err21 = {instancePath:instancePath+"/steps",schemaPath:"#/properties/steps/type",keyword:"type",params:{type: schema13.properties.steps.type},message:"must be integer,null"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.total_reward !== undefined){
let data7 = data.total_reward;
if((!(typeof data7 == "number")) && (data7 !== null)){
const err22 = {instancePath:instancePath+"/total_reward",schemaPath:"#/properties/total_reward/type",keyword:"type",params:{type: schema13.properties.total_reward.type},message:"must be number,null"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.terminated !== undefined){
if(typeof data.terminated !== "boolean"){
const err23 = {instancePath:instancePath+"/terminated",schemaPath:"#/properties/terminated/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.truncated !== undefined){
if(typeof data.truncated !== "boolean"){
const err24 = {instancePath:instancePath+"/truncated",schemaPath:"#/properties/truncated/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.fps !== undefined){
let data10 = data.fps;
if(typeof data10 == "number"){
if(data10 <= 0 || isNaN(data10)){
const err25 = {instancePath:instancePath+"/fps",schemaPath:"#/properties/fps/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/fps",schemaPath:"#/properties/fps/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.jpeg !== undefined){
let data11 = data.jpeg;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.quality === undefined){
const err27 = {instancePath:instancePath+"/jpeg",schemaPath:"#/properties/jpeg/required",keyword:"required",params:{missingProperty: "quality"},message:"must have required property '"+"quality"+"'"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data11.sampling === undefined){
const err28 = {instancePath:instancePath+"/jpeg",schemaPath:"#/properties/jpeg/required",keyword:"required",params:{missingProperty: "sampling"},message:"must have required property '"+"sampling"+"'"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
for(const key1 in data11){
if(!((key1 === "quality") || (key1 === "sampling"))){
const err29 = {instancePath:instancePath+"/jpeg",schemaPath:"#/properties/jpeg/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data11.quality !== undefined){
let data12 = data11.quality;
if(!((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12)))){
const err30 = {instancePath:instancePath+"/jpeg/quality",schemaPath:"#/properties/jpeg/properties/quality/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(typeof data12 == "number"){
if(data12 > 100 || isNaN(data12)){
const err31 = {instancePath:instancePath+"/jpeg/quality",schemaPath:"#/properties/jpeg/properties/quality/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data12 < 1 || isNaN(data12)){
const err32 = {instancePath:instancePath+"/jpeg/quality",schemaPath:"#/properties/jpeg/properties/quality/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
if(data11.sampling !== undefined){
let data13 = data11.sampling;
if(!((data13 === "4:4:4") || (data13 === "4:2:0"))){
const err33 = {instancePath:instancePath+"/jpeg/sampling",schemaPath:"#/properties/jpeg/properties/sampling/enum",keyword:"enum",params:{allowedValues: schema13.properties.jpeg.properties.sampling.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
}
else {
const err34 = {instancePath:instancePath+"/jpeg",schemaPath:"#/properties/jpeg/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data.reasons !== undefined){
let data14 = data.reasons;
if(Array.isArray(data14)){
const len0 = data14.length;
for(let i0=0; i0<len0; i0++){
let data15 = data14[i0];
if(!(((((data15 === "every") || (data15 === "best")) || (data15 === "worst")) || (data15 === "failure")) || (data15 === "demand"))){
const err35 = {instancePath:instancePath+"/reasons/" + i0,schemaPath:"#/properties/reasons/items/enum",keyword:"enum",params:{allowedValues: schema13.properties.reasons.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/reasons",schemaPath:"#/properties/reasons/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.shapes !== undefined){
let data16 = data.shapes;
if(Array.isArray(data16)){
const len1 = data16.length;
for(let i1=0; i1<len1; i1++){
let data17 = data16[i1];
if(Array.isArray(data17)){
if(data17.length > 3){
const err37 = {instancePath:instancePath+"/shapes/" + i1,schemaPath:"#/properties/shapes/items/maxItems",keyword:"maxItems",params:{limit: 3},message:"must NOT have more than 3 items"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(data17.length < 3){
const err38 = {instancePath:instancePath+"/shapes/" + i1,schemaPath:"#/properties/shapes/items/minItems",keyword:"minItems",params:{limit: 3},message:"must NOT have fewer than 3 items"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
const len2 = data17.length;
for(let i2=0; i2<len2; i2++){
let data18 = data17[i2];
if(!((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18)))){
const err39 = {instancePath:instancePath+"/shapes/" + i1+"/" + i2,schemaPath:"#/properties/shapes/items/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(typeof data18 == "number"){
if(data18 < 1 || isNaN(data18)){
const err40 = {instancePath:instancePath+"/shapes/" + i1+"/" + i2,schemaPath:"#/properties/shapes/items/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
}
else {
const err41 = {instancePath:instancePath+"/shapes/" + i1,schemaPath:"#/properties/shapes/items/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/shapes",schemaPath:"#/properties/shapes/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.frames !== undefined){
let data19 = data.frames;
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if(data19.step === undefined){
const err43 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/required",keyword:"required",params:{missingProperty: "step"},message:"must have required property '"+"step"+"'"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(data19.t_us === undefined){
const err44 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/required",keyword:"required",params:{missingProperty: "t_us"},message:"must have required property '"+"t_us"+"'"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(data19.reward === undefined){
const err45 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/required",keyword:"required",params:{missingProperty: "reward"},message:"must have required property '"+"reward"+"'"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(data19.return === undefined){
const err46 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/required",keyword:"required",params:{missingProperty: "return"},message:"must have required property '"+"return"+"'"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data19.shape === undefined){
const err47 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/required",keyword:"required",params:{missingProperty: "shape"},message:"must have required property '"+"shape"+"'"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(data19.codec === undefined){
const err48 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/required",keyword:"required",params:{missingProperty: "codec"},message:"must have required property '"+"codec"+"'"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(data19.offset === undefined){
const err49 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/required",keyword:"required",params:{missingProperty: "offset"},message:"must have required property '"+"offset"+"'"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data19.length === undefined){
const err50 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/required",keyword:"required",params:{missingProperty: "length"},message:"must have required property '"+"length"+"'"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
for(const key2 in data19){
if(!(func2.call(schema13.properties.frames.properties, key2))){
const err51 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data19.step !== undefined){
let data20 = data19.step;
if(Array.isArray(data20)){
const len3 = data20.length;
for(let i3=0; i3<len3; i3++){
let data21 = data20[i3];
if(!((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21)))){
const err52 = {instancePath:instancePath+"/frames/step/" + i3,schemaPath:"#/properties/frames/properties/step/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/frames/step",schemaPath:"#/properties/frames/properties/step/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data19.t_us !== undefined){
let data22 = data19.t_us;
if(Array.isArray(data22)){
const len4 = data22.length;
for(let i4=0; i4<len4; i4++){
if(!(typeof data22[i4] == "number")){
const err54 = {instancePath:instancePath+"/frames/t_us/" + i4,schemaPath:"#/properties/frames/properties/t_us/items/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath:instancePath+"/frames/t_us",schemaPath:"#/properties/frames/properties/t_us/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data19.reward !== undefined){
let data24 = data19.reward;
if(Array.isArray(data24)){
const len5 = data24.length;
for(let i5=0; i5<len5; i5++){
let data25 = data24[i5];
if((!(typeof data25 == "number")) && (data25 !== null)){
const err56 = {instancePath:instancePath+"/frames/reward/" + i5,schemaPath:"#/properties/frames/properties/reward/items/type",keyword:"type",params:{type: schema13.properties.frames.properties.reward.items.type},message:"must be number,null"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
else {
const err57 = {instancePath:instancePath+"/frames/reward",schemaPath:"#/properties/frames/properties/reward/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data19.return !== undefined){
let data26 = data19.return;
if(Array.isArray(data26)){
const len6 = data26.length;
for(let i6=0; i6<len6; i6++){
let data27 = data26[i6];
if((!(typeof data27 == "number")) && (data27 !== null)){
const err58 = {instancePath:instancePath+"/frames/return/" + i6,schemaPath:"#/properties/frames/properties/return/items/type",keyword:"type",params:{type: schema13.properties.frames.properties.return.items.type},message:"must be number,null"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
else {
const err59 = {instancePath:instancePath+"/frames/return",schemaPath:"#/properties/frames/properties/return/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data19.shape !== undefined){
let data28 = data19.shape;
if(Array.isArray(data28)){
const len7 = data28.length;
for(let i7=0; i7<len7; i7++){
let data29 = data28[i7];
if(!((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29)))){
const err60 = {instancePath:instancePath+"/frames/shape/" + i7,schemaPath:"#/properties/frames/properties/shape/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(typeof data29 == "number"){
if(data29 < 0 || isNaN(data29)){
const err61 = {instancePath:instancePath+"/frames/shape/" + i7,schemaPath:"#/properties/frames/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
}
}
else {
const err62 = {instancePath:instancePath+"/frames/shape",schemaPath:"#/properties/frames/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data19.codec !== undefined){
let data30 = data19.codec;
if(Array.isArray(data30)){
const len8 = data30.length;
for(let i8=0; i8<len8; i8++){
let data31 = data30[i8];
if(!(((data31 === 0) || (data31 === 1)) || (data31 === 2))){
const err63 = {instancePath:instancePath+"/frames/codec/" + i8,schemaPath:"#/properties/frames/properties/codec/items/enum",keyword:"enum",params:{allowedValues: schema13.properties.frames.properties.codec.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
else {
const err64 = {instancePath:instancePath+"/frames/codec",schemaPath:"#/properties/frames/properties/codec/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data19.offset !== undefined){
let data32 = data19.offset;
if(Array.isArray(data32)){
const len9 = data32.length;
for(let i9=0; i9<len9; i9++){
let data33 = data32[i9];
if(!((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33)))){
const err65 = {instancePath:instancePath+"/frames/offset/" + i9,schemaPath:"#/properties/frames/properties/offset/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if(typeof data33 == "number"){
if(data33 < 0 || isNaN(data33)){
const err66 = {instancePath:instancePath+"/frames/offset/" + i9,schemaPath:"#/properties/frames/properties/offset/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
}
}
else {
const err67 = {instancePath:instancePath+"/frames/offset",schemaPath:"#/properties/frames/properties/offset/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data19.length !== undefined){
let data34 = data19.length;
if(Array.isArray(data34)){
const len10 = data34.length;
for(let i10=0; i10<len10; i10++){
let data35 = data34[i10];
if(!((typeof data35 == "number") && (!(data35 % 1) && !isNaN(data35)))){
const err68 = {instancePath:instancePath+"/frames/length/" + i10,schemaPath:"#/properties/frames/properties/length/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if(typeof data35 == "number"){
if(data35 < 0 || isNaN(data35)){
const err69 = {instancePath:instancePath+"/frames/length/" + i10,schemaPath:"#/properties/frames/properties/length/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
}
else {
const err70 = {instancePath:instancePath+"/frames/length",schemaPath:"#/properties/frames/properties/length/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data19.crc !== undefined){
let data36 = data19.crc;
if(Array.isArray(data36)){
const len11 = data36.length;
for(let i11=0; i11<len11; i11++){
let data37 = data36[i11];
if(!((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37)))){
const err71 = {instancePath:instancePath+"/frames/crc/" + i11,schemaPath:"#/properties/frames/properties/crc/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
if(typeof data37 == "number"){
if(data37 < 0 || isNaN(data37)){
const err72 = {instancePath:instancePath+"/frames/crc/" + i11,schemaPath:"#/properties/frames/properties/crc/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
}
else {
const err73 = {instancePath:instancePath+"/frames/crc",schemaPath:"#/properties/frames/properties/crc/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/frames",schemaPath:"#/properties/frames/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data.missed !== undefined){
let data38 = data.missed;
if(!((typeof data38 == "number") && (!(data38 % 1) && !isNaN(data38)))){
const err75 = {instancePath:instancePath+"/missed",schemaPath:"#/properties/missed/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(typeof data38 == "number"){
if(data38 < 0 || isNaN(data38)){
const err76 = {instancePath:instancePath+"/missed",schemaPath:"#/properties/missed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
}
}
else {
const err77 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}

export const recordingList = validate13;
const schema14 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"recordings","title":"RecordingList","description":"HTTP GET recordings/<run>: what is recorded of a run. The bytes of a recording are parts/<name>.","type":"object","properties":{"run":{"type":"string"},"policy":{"type":"string","description":"What is recorded, in words; empty for nothing."},"live":{"type":"boolean","description":"The run's frames are being read now."},"budget_bytes":{"type":"integer"},"used_bytes":{"type":"integer"},"evicted":{"type":"integer","description":"Recordings that went so that others fit the budget."},"passed":{"type":"integer","description":"Failed episodes whose frames were not kept, because others were a moment before."},"failed":{"type":"integer","description":"Recordings that could not be written."},"recordings":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"agent":{"type":"string"},"env_slot":{"type":"integer"},"episode":{"type":"integer"},"seed":{"type":["integer","null"]},"steps":{"type":["integer","null"]},"total_reward":{"type":["number","null"]},"terminated":{"type":"boolean"},"truncated":{"type":"boolean"},"reasons":{"type":"array","items":{"type":"string"}},"frames":{"type":"integer"},"jpeg_frames":{"type":"integer","description":"Of these so many are JPEG: close to what was rendered, not exact."},"bytes":{"type":"integer"},"recorded_ms":{"type":"number"}},"required":["name","agent","env_slot","episode","seed","steps","total_reward","terminated","truncated","reasons","frames","jpeg_frames","bytes","recorded_ms"],"additionalProperties":false}}},"required":["run","policy","live","budget_bytes","used_bytes","evicted","passed","failed","recordings"],"additionalProperties":false};

function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="recordings" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.run === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.policy === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "policy"},message:"must have required property '"+"policy"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.live === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "live"},message:"must have required property '"+"live"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.budget_bytes === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "budget_bytes"},message:"must have required property '"+"budget_bytes"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.used_bytes === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "used_bytes"},message:"must have required property '"+"used_bytes"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.evicted === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "evicted"},message:"must have required property '"+"evicted"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.passed === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "passed"},message:"must have required property '"+"passed"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.failed === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "failed"},message:"must have required property '"+"failed"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.recordings === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "recordings"},message:"must have required property '"+"recordings"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema14.properties, key0))){
const err9 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.run !== undefined){
if(typeof data.run !== "string"){
const err10 = {instancePath:instancePath+"/run",schemaPath:"#/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.policy !== undefined){
if(typeof data.policy !== "string"){
const err11 = {instancePath:instancePath+"/policy",schemaPath:"#/properties/policy/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.live !== undefined){
if(typeof data.live !== "boolean"){
const err12 = {instancePath:instancePath+"/live",schemaPath:"#/properties/live/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.budget_bytes !== undefined){
let data3 = data.budget_bytes;
if(!((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3)))){
const err13 = {instancePath:instancePath+"/budget_bytes",schemaPath:"#/properties/budget_bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.used_bytes !== undefined){
let data4 = data.used_bytes;
if(!((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4)))){
const err14 = {instancePath:instancePath+"/used_bytes",schemaPath:"#/properties/used_bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.evicted !== undefined){
let data5 = data.evicted;
if(!((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5)))){
const err15 = {instancePath:instancePath+"/evicted",schemaPath:"#/properties/evicted/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.passed !== undefined){
let data6 = data.passed;
if(!((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6)))){
const err16 = {instancePath:instancePath+"/passed",schemaPath:"#/properties/passed/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.failed !== undefined){
let data7 = data.failed;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err17 = {instancePath:instancePath+"/failed",schemaPath:"#/properties/failed/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.recordings !== undefined){
let data8 = data.recordings;
if(Array.isArray(data8)){
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
let data9 = data8[i0];
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.name === undefined){
const err18 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data9.agent === undefined){
const err19 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data9.env_slot === undefined){
const err20 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "env_slot"},message:"must have required property '"+"env_slot"+"'"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data9.episode === undefined){
const err21 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "episode"},message:"must have required property '"+"episode"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data9.seed === undefined){
const err22 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "seed"},message:"must have required property '"+"seed"+"'"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data9.steps === undefined){
const err23 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "steps"},message:"must have required property '"+"steps"+"'"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data9.total_reward === undefined){
const err24 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "total_reward"},message:"must have required property '"+"total_reward"+"'"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data9.terminated === undefined){
const err25 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "terminated"},message:"must have required property '"+"terminated"+"'"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data9.truncated === undefined){
const err26 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "truncated"},message:"must have required property '"+"truncated"+"'"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data9.reasons === undefined){
const err27 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "reasons"},message:"must have required property '"+"reasons"+"'"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data9.frames === undefined){
const err28 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "frames"},message:"must have required property '"+"frames"+"'"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data9.jpeg_frames === undefined){
const err29 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "jpeg_frames"},message:"must have required property '"+"jpeg_frames"+"'"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data9.bytes === undefined){
const err30 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "bytes"},message:"must have required property '"+"bytes"+"'"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data9.recorded_ms === undefined){
const err31 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/required",keyword:"required",params:{missingProperty: "recorded_ms"},message:"must have required property '"+"recorded_ms"+"'"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
for(const key1 in data9){
if(!(func2.call(schema14.properties.recordings.items.properties, key1))){
const err32 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data9.name !== undefined){
if(typeof data9.name !== "string"){
const err33 = {instancePath:instancePath+"/recordings/" + i0+"/name",schemaPath:"#/properties/recordings/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data9.agent !== undefined){
if(typeof data9.agent !== "string"){
const err34 = {instancePath:instancePath+"/recordings/" + i0+"/agent",schemaPath:"#/properties/recordings/items/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data9.env_slot !== undefined){
let data12 = data9.env_slot;
if(!((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12)))){
const err35 = {instancePath:instancePath+"/recordings/" + i0+"/env_slot",schemaPath:"#/properties/recordings/items/properties/env_slot/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data9.episode !== undefined){
let data13 = data9.episode;
if(!((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13)))){
const err36 = {instancePath:instancePath+"/recordings/" + i0+"/episode",schemaPath:"#/properties/recordings/items/properties/episode/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data9.seed !== undefined){
let data14 = data9.seed;
if((!((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14)))) && (data14 !== null)){
const err37 = {instancePath:instancePath+"/recordings/" + i0+"/seed",schemaPath:"#/properties/recordings/items/properties/seed/type",keyword:"type",params:{type: schema14.properties.recordings.items.properties.seed.type},message:"must be integer,null"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data9.steps !== undefined){
let data15 = data9.steps;
if((!((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15)))) && (data15 !== null)){
const err38 = {instancePath:instancePath+"/recordings/" + i0+"/steps",schemaPath:"#/properties/recordings/items/properties/steps/type",keyword:"type",params:{type: schema14.properties.recordings.items.properties.steps.type},message:"must be integer,null"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data9.total_reward !== undefined){
let data16 = data9.total_reward;
if((!(typeof data16 == "number")) && (data16 !== null)){
const err39 = {instancePath:instancePath+"/recordings/" + i0+"/total_reward",schemaPath:"#/properties/recordings/items/properties/total_reward/type",keyword:"type",params:{type: schema14.properties.recordings.items.properties.total_reward.type},message:"must be number,null"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data9.terminated !== undefined){
if(typeof data9.terminated !== "boolean"){
const err40 = {instancePath:instancePath+"/recordings/" + i0+"/terminated",schemaPath:"#/properties/recordings/items/properties/terminated/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data9.truncated !== undefined){
if(typeof data9.truncated !== "boolean"){
const err41 = {instancePath:instancePath+"/recordings/" + i0+"/truncated",schemaPath:"#/properties/recordings/items/properties/truncated/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data9.reasons !== undefined){
let data19 = data9.reasons;
if(Array.isArray(data19)){
const len1 = data19.length;
for(let i1=0; i1<len1; i1++){
if(typeof data19[i1] !== "string"){
const err42 = {instancePath:instancePath+"/recordings/" + i0+"/reasons/" + i1,schemaPath:"#/properties/recordings/items/properties/reasons/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
else {
const err43 = {instancePath:instancePath+"/recordings/" + i0+"/reasons",schemaPath:"#/properties/recordings/items/properties/reasons/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data9.frames !== undefined){
let data21 = data9.frames;
if(!((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21)))){
const err44 = {instancePath:instancePath+"/recordings/" + i0+"/frames",schemaPath:"#/properties/recordings/items/properties/frames/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data9.jpeg_frames !== undefined){
let data22 = data9.jpeg_frames;
if(!((typeof data22 == "number") && (!(data22 % 1) && !isNaN(data22)))){
const err45 = {instancePath:instancePath+"/recordings/" + i0+"/jpeg_frames",schemaPath:"#/properties/recordings/items/properties/jpeg_frames/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data9.bytes !== undefined){
let data23 = data9.bytes;
if(!((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23)))){
const err46 = {instancePath:instancePath+"/recordings/" + i0+"/bytes",schemaPath:"#/properties/recordings/items/properties/bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data9.recorded_ms !== undefined){
if(!(typeof data9.recorded_ms == "number")){
const err47 = {instancePath:instancePath+"/recordings/" + i0+"/recorded_ms",schemaPath:"#/properties/recordings/items/properties/recorded_ms/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/recordings/" + i0,schemaPath:"#/properties/recordings/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
else {
const err49 = {instancePath:instancePath+"/recordings",schemaPath:"#/properties/recordings/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
else {
const err50 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
validate13.errors = vErrors;
return errors === 0;
}

export const hello = validate14;
const schema15 = {"$id":"link-hello","$ref":"link#/definitions/Hello"};
const schema17 = {"description":"Both ways, first message, channel 0. The contract hash must be equal on both ends; else the bridge answers error contract-mismatch.","type":"object","properties":{"contract":{"type":"string","maxLength":64},"version":{"type":"string","maxLength":32},"page":{"type":"string","maxLength":64},"daemon":{"enum":["connected","connecting","incompatible"]}},"required":["contract","version"],"additionalProperties":false};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-hello" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.contract === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Hello/required",keyword:"required",params:{missingProperty: "contract"},message:"must have required property '"+"contract"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.version === undefined){
const err1 = {instancePath,schemaPath:"link#/definitions/Hello/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "contract") || (key0 === "version")) || (key0 === "page")) || (key0 === "daemon"))){
const err2 = {instancePath,schemaPath:"link#/definitions/Hello/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.contract !== undefined){
let data0 = data.contract;
if(typeof data0 === "string"){
if(func3(data0) > 64){
const err3 = {instancePath:instancePath+"/contract",schemaPath:"link#/definitions/Hello/properties/contract/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/contract",schemaPath:"link#/definitions/Hello/properties/contract/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.version !== undefined){
let data1 = data.version;
if(typeof data1 === "string"){
if(func3(data1) > 32){
const err5 = {instancePath:instancePath+"/version",schemaPath:"link#/definitions/Hello/properties/version/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/version",schemaPath:"link#/definitions/Hello/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.page !== undefined){
let data2 = data.page;
if(typeof data2 === "string"){
if(func3(data2) > 64){
const err7 = {instancePath:instancePath+"/page",schemaPath:"link#/definitions/Hello/properties/page/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/page",schemaPath:"link#/definitions/Hello/properties/page/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.daemon !== undefined){
let data3 = data.daemon;
if(!(((data3 === "connected") || (data3 === "connecting")) || (data3 === "incompatible"))){
const err9 = {instancePath:instancePath+"/daemon",schemaPath:"link#/definitions/Hello/properties/daemon/enum",keyword:"enum",params:{allowedValues: schema17.properties.daemon.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath,schemaPath:"link#/definitions/Hello/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate14.errors = vErrors;
return errors === 0;
}

export const open = validate16;
const schema18 = {"$id":"link-open","$ref":"link#/definitions/Open"};
const schema19 = {"description":"Page to bridge: a view opens a channel it numbered itself (1 and up).","oneOf":[{"$ref":"#/definitions/OpenTelemetry"},{"$ref":"#/definitions/OpenFrames"}]};
const schema20 = {"type":"object","properties":{"view":{"const":"telemetry"},"run":{"type":"string","maxLength":128},"kinds":{"type":"array","items":{"enum":["steps","episodes","metrics","events"]},"minItems":1,"maxItems":4,"uniqueItems":true},"agents":{"type":"array","items":{"type":"string","maxLength":256},"maxItems":1024,"description":"Steps and episodes of these agents only. Values and events of a run come whole: most name no agent."},"every":{"type":"integer","minimum":1,"maximum":1000000,"description":"Thinning of steps: every n-th per (run, agent). Default 1."},"since":{"type":"object","properties":{"steps":{"type":"integer","minimum":0,"maximum":9007199254740991},"episodes":{"type":"integer","minimum":0,"maximum":9007199254740991},"metrics":{"type":"integer","minimum":0,"maximum":9007199254740991},"events":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":[],"additionalProperties":false,"description":"Resume: what the view has seen, per kind. Rows after it come first, as history."},"backlog":{"type":"object","properties":{"steps":{"type":"integer","minimum":0,"maximum":20000},"episodes":{"type":"integer","minimum":0,"maximum":20000},"metrics":{"type":"integer","minimum":0,"maximum":20000},"events":{"type":"integer","minimum":0,"maximum":20000}},"required":[],"additionalProperties":false,"description":"Without since: how many of the newest durable rows come first, as history. Default: preViewSteps, preViewEpisodes."}},"required":["view","run","kinds"],"additionalProperties":false};
const schema21 = {"type":"object","properties":{"view":{"const":"frames"},"run":{"type":"string","maxLength":128},"worker":{"type":"integer","minimum":1,"maximum":65535,"description":"A further process of the run, which publishes as <run>-w<worker>. Without it: the run's first."},"codecs":{"type":"array","items":{"enum":["raw","deflate","jpeg"]},"maxItems":3,"description":"What the page can take; default raw."}},"required":["view","run"],"additionalProperties":false};
const func0 = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function validate17(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
let valid0 = false;
let passing0 = null;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.view === undefined){
const err0 = {instancePath,schemaPath:"#/definitions/OpenTelemetry/required",keyword:"required",params:{missingProperty: "view"},message:"must have required property '"+"view"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.run === undefined){
const err1 = {instancePath,schemaPath:"#/definitions/OpenTelemetry/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.kinds === undefined){
const err2 = {instancePath,schemaPath:"#/definitions/OpenTelemetry/required",keyword:"required",params:{missingProperty: "kinds"},message:"must have required property '"+"kinds"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!(((((((key0 === "view") || (key0 === "run")) || (key0 === "kinds")) || (key0 === "agents")) || (key0 === "every")) || (key0 === "since")) || (key0 === "backlog"))){
const err3 = {instancePath,schemaPath:"#/definitions/OpenTelemetry/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.view !== undefined){
if("telemetry" !== data.view){
const err4 = {instancePath:instancePath+"/view",schemaPath:"#/definitions/OpenTelemetry/properties/view/const",keyword:"const",params:{allowedValue: "telemetry"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.run !== undefined){
let data1 = data.run;
if(typeof data1 === "string"){
if(func3(data1) > 128){
const err5 = {instancePath:instancePath+"/run",schemaPath:"#/definitions/OpenTelemetry/properties/run/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/run",schemaPath:"#/definitions/OpenTelemetry/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kinds !== undefined){
let data2 = data.kinds;
if(Array.isArray(data2)){
if(data2.length > 4){
const err7 = {instancePath:instancePath+"/kinds",schemaPath:"#/definitions/OpenTelemetry/properties/kinds/maxItems",keyword:"maxItems",params:{limit: 4},message:"must NOT have more than 4 items"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data2.length < 1){
const err8 = {instancePath:instancePath+"/kinds",schemaPath:"#/definitions/OpenTelemetry/properties/kinds/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(!((((data3 === "steps") || (data3 === "episodes")) || (data3 === "metrics")) || (data3 === "events"))){
const err9 = {instancePath:instancePath+"/kinds/" + i0,schemaPath:"#/definitions/OpenTelemetry/properties/kinds/items/enum",keyword:"enum",params:{allowedValues: schema20.properties.kinds.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
let i1 = data2.length;
let j0;
if(i1 > 1){
outer0:
for(;i1--;){
for(j0 = i1; j0--;){
if(func0(data2[i1], data2[j0])){
const err10 = {instancePath:instancePath+"/kinds",schemaPath:"#/definitions/OpenTelemetry/properties/kinds/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
break outer0;
}
}
}
}
}
else {
const err11 = {instancePath:instancePath+"/kinds",schemaPath:"#/definitions/OpenTelemetry/properties/kinds/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.agents !== undefined){
let data4 = data.agents;
if(Array.isArray(data4)){
if(data4.length > 1024){
const err12 = {instancePath:instancePath+"/agents",schemaPath:"#/definitions/OpenTelemetry/properties/agents/maxItems",keyword:"maxItems",params:{limit: 1024},message:"must NOT have more than 1024 items"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const len1 = data4.length;
for(let i2=0; i2<len1; i2++){
let data5 = data4[i2];
if(typeof data5 === "string"){
if(func3(data5) > 256){
const err13 = {instancePath:instancePath+"/agents/" + i2,schemaPath:"#/definitions/OpenTelemetry/properties/agents/items/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/agents/" + i2,schemaPath:"#/definitions/OpenTelemetry/properties/agents/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/agents",schemaPath:"#/definitions/OpenTelemetry/properties/agents/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.every !== undefined){
let data6 = data.every;
if(!((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6)))){
const err16 = {instancePath:instancePath+"/every",schemaPath:"#/definitions/OpenTelemetry/properties/every/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(typeof data6 == "number"){
if(data6 > 1000000 || isNaN(data6)){
const err17 = {instancePath:instancePath+"/every",schemaPath:"#/definitions/OpenTelemetry/properties/every/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data6 < 1 || isNaN(data6)){
const err18 = {instancePath:instancePath+"/every",schemaPath:"#/definitions/OpenTelemetry/properties/every/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
if(data.since !== undefined){
let data7 = data.since;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key1 in data7){
if(!((((key1 === "steps") || (key1 === "episodes")) || (key1 === "metrics")) || (key1 === "events"))){
const err19 = {instancePath:instancePath+"/since",schemaPath:"#/definitions/OpenTelemetry/properties/since/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data7.steps !== undefined){
let data8 = data7.steps;
if(!((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8)))){
const err20 = {instancePath:instancePath+"/since/steps",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/steps/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(typeof data8 == "number"){
if(data8 > 9007199254740991 || isNaN(data8)){
const err21 = {instancePath:instancePath+"/since/steps",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/steps/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err22 = {instancePath:instancePath+"/since/steps",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/steps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
if(data7.episodes !== undefined){
let data9 = data7.episodes;
if(!((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9)))){
const err23 = {instancePath:instancePath+"/since/episodes",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/episodes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(typeof data9 == "number"){
if(data9 > 9007199254740991 || isNaN(data9)){
const err24 = {instancePath:instancePath+"/since/episodes",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/episodes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data9 < 0 || isNaN(data9)){
const err25 = {instancePath:instancePath+"/since/episodes",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/episodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
if(data7.metrics !== undefined){
let data10 = data7.metrics;
if(!((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10)))){
const err26 = {instancePath:instancePath+"/since/metrics",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/metrics/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(typeof data10 == "number"){
if(data10 > 9007199254740991 || isNaN(data10)){
const err27 = {instancePath:instancePath+"/since/metrics",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/metrics/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data10 < 0 || isNaN(data10)){
const err28 = {instancePath:instancePath+"/since/metrics",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/metrics/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
if(data7.events !== undefined){
let data11 = data7.events;
if(!((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11)))){
const err29 = {instancePath:instancePath+"/since/events",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/events/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(typeof data11 == "number"){
if(data11 > 9007199254740991 || isNaN(data11)){
const err30 = {instancePath:instancePath+"/since/events",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/events/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err31 = {instancePath:instancePath+"/since/events",schemaPath:"#/definitions/OpenTelemetry/properties/since/properties/events/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
}
else {
const err32 = {instancePath:instancePath+"/since",schemaPath:"#/definitions/OpenTelemetry/properties/since/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.backlog !== undefined){
let data12 = data.backlog;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key2 in data12){
if(!((((key2 === "steps") || (key2 === "episodes")) || (key2 === "metrics")) || (key2 === "events"))){
const err33 = {instancePath:instancePath+"/backlog",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data12.steps !== undefined){
let data13 = data12.steps;
if(!((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13)))){
const err34 = {instancePath:instancePath+"/backlog/steps",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/steps/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(typeof data13 == "number"){
if(data13 > 20000 || isNaN(data13)){
const err35 = {instancePath:instancePath+"/backlog/steps",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/steps/maximum",keyword:"maximum",params:{comparison: "<=", limit: 20000},message:"must be <= 20000"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data13 < 0 || isNaN(data13)){
const err36 = {instancePath:instancePath+"/backlog/steps",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/steps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
if(data12.episodes !== undefined){
let data14 = data12.episodes;
if(!((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14)))){
const err37 = {instancePath:instancePath+"/backlog/episodes",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/episodes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(typeof data14 == "number"){
if(data14 > 20000 || isNaN(data14)){
const err38 = {instancePath:instancePath+"/backlog/episodes",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/episodes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 20000},message:"must be <= 20000"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data14 < 0 || isNaN(data14)){
const err39 = {instancePath:instancePath+"/backlog/episodes",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/episodes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
if(data12.metrics !== undefined){
let data15 = data12.metrics;
if(!((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15)))){
const err40 = {instancePath:instancePath+"/backlog/metrics",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/metrics/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(typeof data15 == "number"){
if(data15 > 20000 || isNaN(data15)){
const err41 = {instancePath:instancePath+"/backlog/metrics",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/metrics/maximum",keyword:"maximum",params:{comparison: "<=", limit: 20000},message:"must be <= 20000"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data15 < 0 || isNaN(data15)){
const err42 = {instancePath:instancePath+"/backlog/metrics",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/metrics/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
if(data12.events !== undefined){
let data16 = data12.events;
if(!((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16)))){
const err43 = {instancePath:instancePath+"/backlog/events",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/events/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(typeof data16 == "number"){
if(data16 > 20000 || isNaN(data16)){
const err44 = {instancePath:instancePath+"/backlog/events",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/events/maximum",keyword:"maximum",params:{comparison: "<=", limit: 20000},message:"must be <= 20000"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(data16 < 0 || isNaN(data16)){
const err45 = {instancePath:instancePath+"/backlog/events",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/properties/events/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
}
else {
const err46 = {instancePath:instancePath+"/backlog",schemaPath:"#/definitions/OpenTelemetry/properties/backlog/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
else {
const err47 = {instancePath,schemaPath:"#/definitions/OpenTelemetry/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
var _valid0 = _errs1 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs39 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.view === undefined){
const err48 = {instancePath,schemaPath:"#/definitions/OpenFrames/required",keyword:"required",params:{missingProperty: "view"},message:"must have required property '"+"view"+"'"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(data.run === undefined){
const err49 = {instancePath,schemaPath:"#/definitions/OpenFrames/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
for(const key3 in data){
if(!((((key3 === "view") || (key3 === "run")) || (key3 === "worker")) || (key3 === "codecs"))){
const err50 = {instancePath,schemaPath:"#/definitions/OpenFrames/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.view !== undefined){
if("frames" !== data.view){
const err51 = {instancePath:instancePath+"/view",schemaPath:"#/definitions/OpenFrames/properties/view/const",keyword:"const",params:{allowedValue: "frames"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.run !== undefined){
let data18 = data.run;
if(typeof data18 === "string"){
if(func3(data18) > 128){
const err52 = {instancePath:instancePath+"/run",schemaPath:"#/definitions/OpenFrames/properties/run/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/run",schemaPath:"#/definitions/OpenFrames/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.worker !== undefined){
let data19 = data.worker;
if(!((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19)))){
const err54 = {instancePath:instancePath+"/worker",schemaPath:"#/definitions/OpenFrames/properties/worker/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(typeof data19 == "number"){
if(data19 > 65535 || isNaN(data19)){
const err55 = {instancePath:instancePath+"/worker",schemaPath:"#/definitions/OpenFrames/properties/worker/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(data19 < 1 || isNaN(data19)){
const err56 = {instancePath:instancePath+"/worker",schemaPath:"#/definitions/OpenFrames/properties/worker/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
if(data.codecs !== undefined){
let data20 = data.codecs;
if(Array.isArray(data20)){
if(data20.length > 3){
const err57 = {instancePath:instancePath+"/codecs",schemaPath:"#/definitions/OpenFrames/properties/codecs/maxItems",keyword:"maxItems",params:{limit: 3},message:"must NOT have more than 3 items"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
const len2 = data20.length;
for(let i3=0; i3<len2; i3++){
let data21 = data20[i3];
if(!(((data21 === "raw") || (data21 === "deflate")) || (data21 === "jpeg"))){
const err58 = {instancePath:instancePath+"/codecs/" + i3,schemaPath:"#/definitions/OpenFrames/properties/codecs/items/enum",keyword:"enum",params:{allowedValues: schema21.properties.codecs.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
else {
const err59 = {instancePath:instancePath+"/codecs",schemaPath:"#/definitions/OpenFrames/properties/codecs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
}
else {
const err60 = {instancePath,schemaPath:"#/definitions/OpenFrames/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
var _valid0 = _errs39 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
}
}
if(!valid0){
const err61 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate17.errors = vErrors;
return errors === 0;
}


function validate16(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-open" */;
let vErrors = null;
let errors = 0;
if(!(validate17(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate17.errors : vErrors.concat(validate17.errors);
errors = vErrors.length;
}
validate16.errors = vErrors;
return errors === 0;
}

export const close = validate19;
const schema22 = {"$id":"link-close","$ref":"link#/definitions/Close"};
const schema23 = {"description":"Page to bridge: the view is gone.","type":"object","properties":{},"required":[],"additionalProperties":false};

function validate19(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-close" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const err0 = {instancePath,schemaPath:"link#/definitions/Close/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"link#/definitions/Close/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate19.errors = vErrors;
return errors === 0;
}

export const grant = validate20;
const schema24 = {"$id":"link-grant","$ref":"link#/definitions/Grant"};
const schema25 = {"description":"Page to bridge: false while the view is hidden, scrolled away or detached: it gets no rows, no frames and no credits. True when it can paint again. A channel opens active.","type":"object","properties":{"active":{"type":"boolean"}},"required":["active"],"additionalProperties":false};

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-grant" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.active === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Grant/required",keyword:"required",params:{missingProperty: "active"},message:"must have required property '"+"active"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(key0 === "active")){
const err1 = {instancePath,schemaPath:"link#/definitions/Grant/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.active !== undefined){
if(typeof data.active !== "boolean"){
const err2 = {instancePath:instancePath+"/active",schemaPath:"link#/definitions/Grant/properties/active/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath,schemaPath:"link#/definitions/Grant/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}

export const painted = validate21;
const schema26 = {"$id":"link-painted","$ref":"link#/definitions/Painted"};
const schema27 = {"description":"Page to bridge, after a paint: what the view has shown. The bridge grants credits from it; rows beyond what was delivered are an error.","type":"object","properties":{"steps":{"$ref":"#/definitions/PaintedKind"},"episodes":{"$ref":"#/definitions/PaintedKind"},"metrics":{"$ref":"#/definitions/PaintedKind"},"events":{"$ref":"#/definitions/PaintedKind"},"frame":{"type":"integer","minimum":0,"maximum":9007199254740991,"description":"Head of the frame that was painted, or refused: the next one may come."},"paint_ms":{"type":"number"},"queue":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":[],"additionalProperties":false};
const schema28 = {"type":"object","properties":{"seq":{"type":"integer","minimum":0,"maximum":9007199254740991},"rows":{"type":"integer","minimum":0,"maximum":9007199254740991,"description":"Live rows (not history) that became part of a painted state since the last report."}},"required":["seq","rows"],"additionalProperties":false};

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((((key0 === "steps") || (key0 === "episodes")) || (key0 === "metrics")) || (key0 === "events")) || (key0 === "frame")) || (key0 === "paint_ms")) || (key0 === "queue"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.steps !== undefined){
let data0 = data.steps;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.seq === undefined){
const err1 = {instancePath:instancePath+"/steps",schemaPath:"#/definitions/PaintedKind/required",keyword:"required",params:{missingProperty: "seq"},message:"must have required property '"+"seq"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data0.rows === undefined){
const err2 = {instancePath:instancePath+"/steps",schemaPath:"#/definitions/PaintedKind/required",keyword:"required",params:{missingProperty: "rows"},message:"must have required property '"+"rows"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key1 in data0){
if(!((key1 === "seq") || (key1 === "rows"))){
const err3 = {instancePath:instancePath+"/steps",schemaPath:"#/definitions/PaintedKind/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data0.seq !== undefined){
let data1 = data0.seq;
if(!((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1)))){
const err4 = {instancePath:instancePath+"/steps/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(typeof data1 == "number"){
if(data1 > 9007199254740991 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/steps/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/steps/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data0.rows !== undefined){
let data2 = data0.rows;
if(!((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2)))){
const err7 = {instancePath:instancePath+"/steps/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(typeof data2 == "number"){
if(data2 > 9007199254740991 || isNaN(data2)){
const err8 = {instancePath:instancePath+"/steps/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err9 = {instancePath:instancePath+"/steps/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
}
else {
const err10 = {instancePath:instancePath+"/steps",schemaPath:"#/definitions/PaintedKind/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.episodes !== undefined){
let data3 = data.episodes;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.seq === undefined){
const err11 = {instancePath:instancePath+"/episodes",schemaPath:"#/definitions/PaintedKind/required",keyword:"required",params:{missingProperty: "seq"},message:"must have required property '"+"seq"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data3.rows === undefined){
const err12 = {instancePath:instancePath+"/episodes",schemaPath:"#/definitions/PaintedKind/required",keyword:"required",params:{missingProperty: "rows"},message:"must have required property '"+"rows"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
for(const key2 in data3){
if(!((key2 === "seq") || (key2 === "rows"))){
const err13 = {instancePath:instancePath+"/episodes",schemaPath:"#/definitions/PaintedKind/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data3.seq !== undefined){
let data4 = data3.seq;
if(!((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4)))){
const err14 = {instancePath:instancePath+"/episodes/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(typeof data4 == "number"){
if(data4 > 9007199254740991 || isNaN(data4)){
const err15 = {instancePath:instancePath+"/episodes/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data4 < 0 || isNaN(data4)){
const err16 = {instancePath:instancePath+"/episodes/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
if(data3.rows !== undefined){
let data5 = data3.rows;
if(!((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5)))){
const err17 = {instancePath:instancePath+"/episodes/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(typeof data5 == "number"){
if(data5 > 9007199254740991 || isNaN(data5)){
const err18 = {instancePath:instancePath+"/episodes/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data5 < 0 || isNaN(data5)){
const err19 = {instancePath:instancePath+"/episodes/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
}
else {
const err20 = {instancePath:instancePath+"/episodes",schemaPath:"#/definitions/PaintedKind/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.metrics !== undefined){
let data6 = data.metrics;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.seq === undefined){
const err21 = {instancePath:instancePath+"/metrics",schemaPath:"#/definitions/PaintedKind/required",keyword:"required",params:{missingProperty: "seq"},message:"must have required property '"+"seq"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data6.rows === undefined){
const err22 = {instancePath:instancePath+"/metrics",schemaPath:"#/definitions/PaintedKind/required",keyword:"required",params:{missingProperty: "rows"},message:"must have required property '"+"rows"+"'"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
for(const key3 in data6){
if(!((key3 === "seq") || (key3 === "rows"))){
const err23 = {instancePath:instancePath+"/metrics",schemaPath:"#/definitions/PaintedKind/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data6.seq !== undefined){
let data7 = data6.seq;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err24 = {instancePath:instancePath+"/metrics/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(typeof data7 == "number"){
if(data7 > 9007199254740991 || isNaN(data7)){
const err25 = {instancePath:instancePath+"/metrics/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data7 < 0 || isNaN(data7)){
const err26 = {instancePath:instancePath+"/metrics/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
if(data6.rows !== undefined){
let data8 = data6.rows;
if(!((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8)))){
const err27 = {instancePath:instancePath+"/metrics/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(typeof data8 == "number"){
if(data8 > 9007199254740991 || isNaN(data8)){
const err28 = {instancePath:instancePath+"/metrics/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err29 = {instancePath:instancePath+"/metrics/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
}
else {
const err30 = {instancePath:instancePath+"/metrics",schemaPath:"#/definitions/PaintedKind/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.events !== undefined){
let data9 = data.events;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.seq === undefined){
const err31 = {instancePath:instancePath+"/events",schemaPath:"#/definitions/PaintedKind/required",keyword:"required",params:{missingProperty: "seq"},message:"must have required property '"+"seq"+"'"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data9.rows === undefined){
const err32 = {instancePath:instancePath+"/events",schemaPath:"#/definitions/PaintedKind/required",keyword:"required",params:{missingProperty: "rows"},message:"must have required property '"+"rows"+"'"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
for(const key4 in data9){
if(!((key4 === "seq") || (key4 === "rows"))){
const err33 = {instancePath:instancePath+"/events",schemaPath:"#/definitions/PaintedKind/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data9.seq !== undefined){
let data10 = data9.seq;
if(!((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10)))){
const err34 = {instancePath:instancePath+"/events/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(typeof data10 == "number"){
if(data10 > 9007199254740991 || isNaN(data10)){
const err35 = {instancePath:instancePath+"/events/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data10 < 0 || isNaN(data10)){
const err36 = {instancePath:instancePath+"/events/seq",schemaPath:"#/definitions/PaintedKind/properties/seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
if(data9.rows !== undefined){
let data11 = data9.rows;
if(!((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11)))){
const err37 = {instancePath:instancePath+"/events/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(typeof data11 == "number"){
if(data11 > 9007199254740991 || isNaN(data11)){
const err38 = {instancePath:instancePath+"/events/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err39 = {instancePath:instancePath+"/events/rows",schemaPath:"#/definitions/PaintedKind/properties/rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
}
else {
const err40 = {instancePath:instancePath+"/events",schemaPath:"#/definitions/PaintedKind/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data.frame !== undefined){
let data12 = data.frame;
if(!((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12)))){
const err41 = {instancePath:instancePath+"/frame",schemaPath:"#/properties/frame/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(typeof data12 == "number"){
if(data12 > 9007199254740991 || isNaN(data12)){
const err42 = {instancePath:instancePath+"/frame",schemaPath:"#/properties/frame/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err43 = {instancePath:instancePath+"/frame",schemaPath:"#/properties/frame/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
if(data.paint_ms !== undefined){
if(!(typeof data.paint_ms == "number")){
const err44 = {instancePath:instancePath+"/paint_ms",schemaPath:"#/properties/paint_ms/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data.queue !== undefined){
let data14 = data.queue;
if(!((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14)))){
const err45 = {instancePath:instancePath+"/queue",schemaPath:"#/properties/queue/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(typeof data14 == "number"){
if(data14 > 9007199254740991 || isNaN(data14)){
const err46 = {instancePath:instancePath+"/queue",schemaPath:"#/properties/queue/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data14 < 0 || isNaN(data14)){
const err47 = {instancePath:instancePath+"/queue",schemaPath:"#/properties/queue/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
}
else {
const err48 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-painted" */;
let vErrors = null;
let errors = 0;
if(!(validate22(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
validate21.errors = vErrors;
return errors === 0;
}

export const batch = validate24;
const schema32 = {"$id":"link-batch","$ref":"link#/definitions/Batch"};
const schema33 = {"description":"Bridge to page. Body: one Arrow IPC stream with one record batch, all columns of the kind but run_id, seq_id included, ascending. History rows spend no credits and are not in counts.","type":"object","properties":{"kind":{"enum":["steps","episodes","metrics","events"]},"first_seq":{"type":"integer","minimum":0,"maximum":9007199254740991},"last_seq":{"type":"integer","minimum":0,"maximum":9007199254740991},"rows":{"type":"integer","minimum":0,"maximum":9007199254740991},"watermark":{"type":"integer","minimum":0,"maximum":9007199254740991},"history":{"type":"boolean"},"counts":{"$ref":"#/definitions/Counts"},"filled":{"type":"boolean","description":"History that fills a gap that was announced before."}},"required":["kind","first_seq","last_seq","rows","watermark","history","counts"],"additionalProperties":false};
const schema34 = {"description":"Of one channel and kind, live rows since its opening: delivered + skipped + thinned + overflowed = published.","type":"object","properties":{"published":{"type":"integer","minimum":0,"maximum":9007199254740991},"delivered":{"type":"integer","minimum":0,"maximum":9007199254740991},"skipped":{"type":"integer","minimum":0,"maximum":9007199254740991},"thinned":{"type":"integer","minimum":0,"maximum":9007199254740991},"overflowed":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["published","delivered","skipped","thinned","overflowed"],"additionalProperties":false};

function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.first_seq === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "first_seq"},message:"must have required property '"+"first_seq"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.last_seq === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "last_seq"},message:"must have required property '"+"last_seq"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.rows === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rows"},message:"must have required property '"+"rows"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.watermark === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "watermark"},message:"must have required property '"+"watermark"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.history === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "history"},message:"must have required property '"+"history"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.counts === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "counts"},message:"must have required property '"+"counts"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "kind") || (key0 === "first_seq")) || (key0 === "last_seq")) || (key0 === "rows")) || (key0 === "watermark")) || (key0 === "history")) || (key0 === "counts")) || (key0 === "filled"))){
const err7 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.kind !== undefined){
let data0 = data.kind;
if(!((((data0 === "steps") || (data0 === "episodes")) || (data0 === "metrics")) || (data0 === "events"))){
const err8 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/enum",keyword:"enum",params:{allowedValues: schema33.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.first_seq !== undefined){
let data1 = data.first_seq;
if(!((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1)))){
const err9 = {instancePath:instancePath+"/first_seq",schemaPath:"#/properties/first_seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(typeof data1 == "number"){
if(data1 > 9007199254740991 || isNaN(data1)){
const err10 = {instancePath:instancePath+"/first_seq",schemaPath:"#/properties/first_seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err11 = {instancePath:instancePath+"/first_seq",schemaPath:"#/properties/first_seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
if(data.last_seq !== undefined){
let data2 = data.last_seq;
if(!((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2)))){
const err12 = {instancePath:instancePath+"/last_seq",schemaPath:"#/properties/last_seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(typeof data2 == "number"){
if(data2 > 9007199254740991 || isNaN(data2)){
const err13 = {instancePath:instancePath+"/last_seq",schemaPath:"#/properties/last_seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err14 = {instancePath:instancePath+"/last_seq",schemaPath:"#/properties/last_seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
if(data.rows !== undefined){
let data3 = data.rows;
if(!((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3)))){
const err15 = {instancePath:instancePath+"/rows",schemaPath:"#/properties/rows/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(typeof data3 == "number"){
if(data3 > 9007199254740991 || isNaN(data3)){
const err16 = {instancePath:instancePath+"/rows",schemaPath:"#/properties/rows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err17 = {instancePath:instancePath+"/rows",schemaPath:"#/properties/rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
if(data.watermark !== undefined){
let data4 = data.watermark;
if(!((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4)))){
const err18 = {instancePath:instancePath+"/watermark",schemaPath:"#/properties/watermark/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(typeof data4 == "number"){
if(data4 > 9007199254740991 || isNaN(data4)){
const err19 = {instancePath:instancePath+"/watermark",schemaPath:"#/properties/watermark/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data4 < 0 || isNaN(data4)){
const err20 = {instancePath:instancePath+"/watermark",schemaPath:"#/properties/watermark/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data.history !== undefined){
if(typeof data.history !== "boolean"){
const err21 = {instancePath:instancePath+"/history",schemaPath:"#/properties/history/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.counts !== undefined){
let data6 = data.counts;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.published === undefined){
const err22 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "published"},message:"must have required property '"+"published"+"'"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data6.delivered === undefined){
const err23 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "delivered"},message:"must have required property '"+"delivered"+"'"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data6.skipped === undefined){
const err24 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "skipped"},message:"must have required property '"+"skipped"+"'"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data6.thinned === undefined){
const err25 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "thinned"},message:"must have required property '"+"thinned"+"'"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data6.overflowed === undefined){
const err26 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "overflowed"},message:"must have required property '"+"overflowed"+"'"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
for(const key1 in data6){
if(!(((((key1 === "published") || (key1 === "delivered")) || (key1 === "skipped")) || (key1 === "thinned")) || (key1 === "overflowed"))){
const err27 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data6.published !== undefined){
let data7 = data6.published;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err28 = {instancePath:instancePath+"/counts/published",schemaPath:"#/definitions/Counts/properties/published/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(typeof data7 == "number"){
if(data7 > 9007199254740991 || isNaN(data7)){
const err29 = {instancePath:instancePath+"/counts/published",schemaPath:"#/definitions/Counts/properties/published/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data7 < 0 || isNaN(data7)){
const err30 = {instancePath:instancePath+"/counts/published",schemaPath:"#/definitions/Counts/properties/published/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
if(data6.delivered !== undefined){
let data8 = data6.delivered;
if(!((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8)))){
const err31 = {instancePath:instancePath+"/counts/delivered",schemaPath:"#/definitions/Counts/properties/delivered/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(typeof data8 == "number"){
if(data8 > 9007199254740991 || isNaN(data8)){
const err32 = {instancePath:instancePath+"/counts/delivered",schemaPath:"#/definitions/Counts/properties/delivered/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err33 = {instancePath:instancePath+"/counts/delivered",schemaPath:"#/definitions/Counts/properties/delivered/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
}
if(data6.skipped !== undefined){
let data9 = data6.skipped;
if(!((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9)))){
const err34 = {instancePath:instancePath+"/counts/skipped",schemaPath:"#/definitions/Counts/properties/skipped/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(typeof data9 == "number"){
if(data9 > 9007199254740991 || isNaN(data9)){
const err35 = {instancePath:instancePath+"/counts/skipped",schemaPath:"#/definitions/Counts/properties/skipped/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data9 < 0 || isNaN(data9)){
const err36 = {instancePath:instancePath+"/counts/skipped",schemaPath:"#/definitions/Counts/properties/skipped/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
if(data6.thinned !== undefined){
let data10 = data6.thinned;
if(!((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10)))){
const err37 = {instancePath:instancePath+"/counts/thinned",schemaPath:"#/definitions/Counts/properties/thinned/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(typeof data10 == "number"){
if(data10 > 9007199254740991 || isNaN(data10)){
const err38 = {instancePath:instancePath+"/counts/thinned",schemaPath:"#/definitions/Counts/properties/thinned/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data10 < 0 || isNaN(data10)){
const err39 = {instancePath:instancePath+"/counts/thinned",schemaPath:"#/definitions/Counts/properties/thinned/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
if(data6.overflowed !== undefined){
let data11 = data6.overflowed;
if(!((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11)))){
const err40 = {instancePath:instancePath+"/counts/overflowed",schemaPath:"#/definitions/Counts/properties/overflowed/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(typeof data11 == "number"){
if(data11 > 9007199254740991 || isNaN(data11)){
const err41 = {instancePath:instancePath+"/counts/overflowed",schemaPath:"#/definitions/Counts/properties/overflowed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err42 = {instancePath:instancePath+"/counts/overflowed",schemaPath:"#/definitions/Counts/properties/overflowed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
}
else {
const err43 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data.filled !== undefined){
if(typeof data.filled !== "boolean"){
const err44 = {instancePath:instancePath+"/filled",schemaPath:"#/properties/filled/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
validate25.errors = vErrors;
return errors === 0;
}


function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-batch" */;
let vErrors = null;
let errors = 0;
if(!(validate25(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
validate24.errors = vErrors;
return errors === 0;
}

export const frame = validate27;
const schema35 = {"$id":"link-frame","$ref":"link#/definitions/Frame"};
const schema36 = {"description":"Bridge to page. Body: rows, then pixels, then channels, uint8; as they are, as zlib, or as a JPEG file without alpha. JSON numbers that are not finite are sent as null and left out.","type":"object","properties":{"head":{"type":"integer","minimum":0,"maximum":9007199254740991},"width":{"type":"integer","minimum":0,"maximum":9007199254740991},"height":{"type":"integer","minimum":0,"maximum":9007199254740991},"channels":{"enum":[1,3,4]},"codec":{"enum":["raw","deflate","jpeg"]},"still":{"type":"boolean","description":"The frame that was sent last as JPEG, without loss: the picture stands still. It is no new frame."},"last_reward":{"type":"number"},"rolling_return":{"type":"number"},"step_rate_hz":{"type":"number"},"read_ms":{"type":"number","description":"Bridge's clock when the frame was read, ms since the epoch."},"skipped":{"type":"integer","minimum":0,"maximum":9007199254740991,"description":"Frames published since opening that this view never got."},"episode":{"type":"integer","minimum":0,"maximum":9007199254740991},"step":{"type":"integer","minimum":0,"maximum":9007199254740991},"agent":{"type":"string","maxLength":256},"t_ms":{"type":"number","description":"Worker's clock at publish, ms since the epoch."}},"required":["head","width","height","channels","codec","last_reward","rolling_return","step_rate_hz","read_ms","skipped"],"additionalProperties":false};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-frame" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.head === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "head"},message:"must have required property '"+"head"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.width === undefined){
const err1 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "width"},message:"must have required property '"+"width"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.height === undefined){
const err2 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "height"},message:"must have required property '"+"height"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.channels === undefined){
const err3 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "channels"},message:"must have required property '"+"channels"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.codec === undefined){
const err4 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "codec"},message:"must have required property '"+"codec"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.last_reward === undefined){
const err5 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "last_reward"},message:"must have required property '"+"last_reward"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.rolling_return === undefined){
const err6 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "rolling_return"},message:"must have required property '"+"rolling_return"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.step_rate_hz === undefined){
const err7 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "step_rate_hz"},message:"must have required property '"+"step_rate_hz"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.read_ms === undefined){
const err8 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "read_ms"},message:"must have required property '"+"read_ms"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.skipped === undefined){
const err9 = {instancePath,schemaPath:"link#/definitions/Frame/required",keyword:"required",params:{missingProperty: "skipped"},message:"must have required property '"+"skipped"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema36.properties, key0))){
const err10 = {instancePath,schemaPath:"link#/definitions/Frame/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.head !== undefined){
let data0 = data.head;
if(!((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0)))){
const err11 = {instancePath:instancePath+"/head",schemaPath:"link#/definitions/Frame/properties/head/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(typeof data0 == "number"){
if(data0 > 9007199254740991 || isNaN(data0)){
const err12 = {instancePath:instancePath+"/head",schemaPath:"link#/definitions/Frame/properties/head/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err13 = {instancePath:instancePath+"/head",schemaPath:"link#/definitions/Frame/properties/head/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
if(data.width !== undefined){
let data1 = data.width;
if(!((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1)))){
const err14 = {instancePath:instancePath+"/width",schemaPath:"link#/definitions/Frame/properties/width/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(typeof data1 == "number"){
if(data1 > 9007199254740991 || isNaN(data1)){
const err15 = {instancePath:instancePath+"/width",schemaPath:"link#/definitions/Frame/properties/width/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err16 = {instancePath:instancePath+"/width",schemaPath:"link#/definitions/Frame/properties/width/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
if(data.height !== undefined){
let data2 = data.height;
if(!((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2)))){
const err17 = {instancePath:instancePath+"/height",schemaPath:"link#/definitions/Frame/properties/height/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(typeof data2 == "number"){
if(data2 > 9007199254740991 || isNaN(data2)){
const err18 = {instancePath:instancePath+"/height",schemaPath:"link#/definitions/Frame/properties/height/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err19 = {instancePath:instancePath+"/height",schemaPath:"link#/definitions/Frame/properties/height/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
if(data.channels !== undefined){
let data3 = data.channels;
if(!(((data3 === 1) || (data3 === 3)) || (data3 === 4))){
const err20 = {instancePath:instancePath+"/channels",schemaPath:"link#/definitions/Frame/properties/channels/enum",keyword:"enum",params:{allowedValues: schema36.properties.channels.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.codec !== undefined){
let data4 = data.codec;
if(!(((data4 === "raw") || (data4 === "deflate")) || (data4 === "jpeg"))){
const err21 = {instancePath:instancePath+"/codec",schemaPath:"link#/definitions/Frame/properties/codec/enum",keyword:"enum",params:{allowedValues: schema36.properties.codec.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.still !== undefined){
if(typeof data.still !== "boolean"){
const err22 = {instancePath:instancePath+"/still",schemaPath:"link#/definitions/Frame/properties/still/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.last_reward !== undefined){
if(!(typeof data.last_reward == "number")){
const err23 = {instancePath:instancePath+"/last_reward",schemaPath:"link#/definitions/Frame/properties/last_reward/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.rolling_return !== undefined){
if(!(typeof data.rolling_return == "number")){
const err24 = {instancePath:instancePath+"/rolling_return",schemaPath:"link#/definitions/Frame/properties/rolling_return/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.step_rate_hz !== undefined){
if(!(typeof data.step_rate_hz == "number")){
const err25 = {instancePath:instancePath+"/step_rate_hz",schemaPath:"link#/definitions/Frame/properties/step_rate_hz/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.read_ms !== undefined){
if(!(typeof data.read_ms == "number")){
const err26 = {instancePath:instancePath+"/read_ms",schemaPath:"link#/definitions/Frame/properties/read_ms/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.skipped !== undefined){
let data10 = data.skipped;
if(!((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10)))){
const err27 = {instancePath:instancePath+"/skipped",schemaPath:"link#/definitions/Frame/properties/skipped/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(typeof data10 == "number"){
if(data10 > 9007199254740991 || isNaN(data10)){
const err28 = {instancePath:instancePath+"/skipped",schemaPath:"link#/definitions/Frame/properties/skipped/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data10 < 0 || isNaN(data10)){
const err29 = {instancePath:instancePath+"/skipped",schemaPath:"link#/definitions/Frame/properties/skipped/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
if(data.episode !== undefined){
let data11 = data.episode;
if(!((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11)))){
const err30 = {instancePath:instancePath+"/episode",schemaPath:"link#/definitions/Frame/properties/episode/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(typeof data11 == "number"){
if(data11 > 9007199254740991 || isNaN(data11)){
const err31 = {instancePath:instancePath+"/episode",schemaPath:"link#/definitions/Frame/properties/episode/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err32 = {instancePath:instancePath+"/episode",schemaPath:"link#/definitions/Frame/properties/episode/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
if(data.step !== undefined){
let data12 = data.step;
if(!((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12)))){
const err33 = {instancePath:instancePath+"/step",schemaPath:"link#/definitions/Frame/properties/step/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(typeof data12 == "number"){
if(data12 > 9007199254740991 || isNaN(data12)){
const err34 = {instancePath:instancePath+"/step",schemaPath:"link#/definitions/Frame/properties/step/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err35 = {instancePath:instancePath+"/step",schemaPath:"link#/definitions/Frame/properties/step/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
if(data.agent !== undefined){
let data13 = data.agent;
if(typeof data13 === "string"){
if(func3(data13) > 256){
const err36 = {instancePath:instancePath+"/agent",schemaPath:"link#/definitions/Frame/properties/agent/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/agent",schemaPath:"link#/definitions/Frame/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.t_ms !== undefined){
if(!(typeof data.t_ms == "number")){
const err38 = {instancePath:instancePath+"/t_ms",schemaPath:"link#/definitions/Frame/properties/t_ms/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath,schemaPath:"link#/definitions/Frame/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
validate27.errors = vErrors;
return errors === 0;
}

export const gap = validate28;
const schema37 = {"$id":"link-gap","$ref":"link#/definitions/Gap"};
const schema38 = {"description":"Bridge to page: rows first..last hold `rows` rows this view did not get.","type":"object","properties":{"kind":{"enum":["steps","episodes","metrics","events"]},"first":{"type":"integer","minimum":0,"maximum":9007199254740991},"last":{"type":"integer","minimum":0,"maximum":9007199254740991},"rows":{"type":"integer","minimum":0,"maximum":9007199254740991},"reason":{"enum":["credit","overflow","unreachable"]}},"required":["kind","first","last","rows","reason"],"additionalProperties":false};

function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-gap" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Gap/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.first === undefined){
const err1 = {instancePath,schemaPath:"link#/definitions/Gap/required",keyword:"required",params:{missingProperty: "first"},message:"must have required property '"+"first"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.last === undefined){
const err2 = {instancePath,schemaPath:"link#/definitions/Gap/required",keyword:"required",params:{missingProperty: "last"},message:"must have required property '"+"last"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.rows === undefined){
const err3 = {instancePath,schemaPath:"link#/definitions/Gap/required",keyword:"required",params:{missingProperty: "rows"},message:"must have required property '"+"rows"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.reason === undefined){
const err4 = {instancePath,schemaPath:"link#/definitions/Gap/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "kind") || (key0 === "first")) || (key0 === "last")) || (key0 === "rows")) || (key0 === "reason"))){
const err5 = {instancePath,schemaPath:"link#/definitions/Gap/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.kind !== undefined){
let data0 = data.kind;
if(!((((data0 === "steps") || (data0 === "episodes")) || (data0 === "metrics")) || (data0 === "events"))){
const err6 = {instancePath:instancePath+"/kind",schemaPath:"link#/definitions/Gap/properties/kind/enum",keyword:"enum",params:{allowedValues: schema38.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.first !== undefined){
let data1 = data.first;
if(!((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1)))){
const err7 = {instancePath:instancePath+"/first",schemaPath:"link#/definitions/Gap/properties/first/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(typeof data1 == "number"){
if(data1 > 9007199254740991 || isNaN(data1)){
const err8 = {instancePath:instancePath+"/first",schemaPath:"link#/definitions/Gap/properties/first/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err9 = {instancePath:instancePath+"/first",schemaPath:"link#/definitions/Gap/properties/first/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
if(data.last !== undefined){
let data2 = data.last;
if(!((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2)))){
const err10 = {instancePath:instancePath+"/last",schemaPath:"link#/definitions/Gap/properties/last/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(typeof data2 == "number"){
if(data2 > 9007199254740991 || isNaN(data2)){
const err11 = {instancePath:instancePath+"/last",schemaPath:"link#/definitions/Gap/properties/last/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err12 = {instancePath:instancePath+"/last",schemaPath:"link#/definitions/Gap/properties/last/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
if(data.rows !== undefined){
let data3 = data.rows;
if(!((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3)))){
const err13 = {instancePath:instancePath+"/rows",schemaPath:"link#/definitions/Gap/properties/rows/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(typeof data3 == "number"){
if(data3 > 9007199254740991 || isNaN(data3)){
const err14 = {instancePath:instancePath+"/rows",schemaPath:"link#/definitions/Gap/properties/rows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err15 = {instancePath:instancePath+"/rows",schemaPath:"link#/definitions/Gap/properties/rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
if(data.reason !== undefined){
let data4 = data.reason;
if(!(((data4 === "credit") || (data4 === "overflow")) || (data4 === "unreachable"))){
const err16 = {instancePath:instancePath+"/reason",schemaPath:"link#/definitions/Gap/properties/reason/enum",keyword:"enum",params:{allowedValues: schema38.properties.reason.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath,schemaPath:"link#/definitions/Gap/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
validate28.errors = vErrors;
return errors === 0;
}

export const status = validate29;
const schema39 = {"$id":"link-status","$ref":"link#/definitions/Status"};
const schema40 = {"description":"Bridge to page, per channel, when it changes. The sentence is for people: what happened and what to do.","type":"object","properties":{"state":{"enum":["connecting","waiting","live","paused","starved","stalled","reconnecting","unavailable","ended"]},"sentence":{"type":"string","maxLength":500},"since_ms":{"type":"number"},"workers":{"type":"array","items":{"type":"integer","minimum":1,"maximum":65535},"description":"Of a frames channel without worker: the run's further processes that publish frames now, ascending."}},"required":["state","sentence"],"additionalProperties":false};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-status" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.state === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Status/required",keyword:"required",params:{missingProperty: "state"},message:"must have required property '"+"state"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.sentence === undefined){
const err1 = {instancePath,schemaPath:"link#/definitions/Status/required",keyword:"required",params:{missingProperty: "sentence"},message:"must have required property '"+"sentence"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "state") || (key0 === "sentence")) || (key0 === "since_ms")) || (key0 === "workers"))){
const err2 = {instancePath,schemaPath:"link#/definitions/Status/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.state !== undefined){
let data0 = data.state;
if(!(((((((((data0 === "connecting") || (data0 === "waiting")) || (data0 === "live")) || (data0 === "paused")) || (data0 === "starved")) || (data0 === "stalled")) || (data0 === "reconnecting")) || (data0 === "unavailable")) || (data0 === "ended"))){
const err3 = {instancePath:instancePath+"/state",schemaPath:"link#/definitions/Status/properties/state/enum",keyword:"enum",params:{allowedValues: schema40.properties.state.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.sentence !== undefined){
let data1 = data.sentence;
if(typeof data1 === "string"){
if(func3(data1) > 500){
const err4 = {instancePath:instancePath+"/sentence",schemaPath:"link#/definitions/Status/properties/sentence/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/sentence",schemaPath:"link#/definitions/Status/properties/sentence/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.since_ms !== undefined){
if(!(typeof data.since_ms == "number")){
const err6 = {instancePath:instancePath+"/since_ms",schemaPath:"link#/definitions/Status/properties/since_ms/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.workers !== undefined){
let data3 = data.workers;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(!((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4)))){
const err7 = {instancePath:instancePath+"/workers/" + i0,schemaPath:"link#/definitions/Status/properties/workers/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(typeof data4 == "number"){
if(data4 > 65535 || isNaN(data4)){
const err8 = {instancePath:instancePath+"/workers/" + i0,schemaPath:"link#/definitions/Status/properties/workers/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data4 < 1 || isNaN(data4)){
const err9 = {instancePath:instancePath+"/workers/" + i0,schemaPath:"link#/definitions/Status/properties/workers/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
}
else {
const err10 = {instancePath:instancePath+"/workers",schemaPath:"link#/definitions/Status/properties/workers/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath,schemaPath:"link#/definitions/Status/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
validate29.errors = vErrors;
return errors === 0;
}

export const ledger = validate30;
const schema41 = {"$id":"link-ledger","$ref":"link#/definitions/Ledger"};
const schema42 = {"description":"Bridge to page, per channel, at most every 500 ms and only when it changed.","type":"object","properties":{"kinds":{"type":"object","properties":{"steps":{"$ref":"#/definitions/KindLedger"},"episodes":{"$ref":"#/definitions/KindLedger"},"metrics":{"$ref":"#/definitions/KindLedger"},"events":{"$ref":"#/definitions/KindLedger"}},"required":[],"additionalProperties":false},"totals":{"$ref":"#/definitions/RunTotals"}},"required":["kinds"],"additionalProperties":false};
const schema45 = {"type":"object","properties":{"received":{"type":"integer","minimum":0,"maximum":9007199254740991},"durable":{"type":"integer","minimum":0,"maximum":9007199254740991},"repeated":{"type":"integer","minimum":0,"maximum":9007199254740991},"duplicate":{"type":"integer","minimum":0,"maximum":9007199254740991},"late":{"type":"integer","minimum":0,"maximum":9007199254740991},"rejected":{"type":"integer","minimum":0,"maximum":9007199254740991},"thinned":{"type":"integer","minimum":0,"maximum":9007199254740991},"violations":{"type":"integer","minimum":0,"maximum":9007199254740991},"removed":{"type":"integer","minimum":0,"maximum":9007199254740991,"description":"Rows that retention has removed."}},"required":["received","durable","repeated","duplicate","late","rejected","thinned","violations","removed"],"additionalProperties":false};
const schema43 = {"type":"object","properties":{"counts":{"$ref":"#/definitions/Counts"},"credits":{"type":"integer","minimum":0,"maximum":9007199254740991},"window":{"type":"integer","minimum":0,"maximum":9007199254740991},"watermark":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["counts","credits","window","watermark"],"additionalProperties":false};

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.counts === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "counts"},message:"must have required property '"+"counts"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.credits === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "credits"},message:"must have required property '"+"credits"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.window === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "window"},message:"must have required property '"+"window"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.watermark === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "watermark"},message:"must have required property '"+"watermark"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "counts") || (key0 === "credits")) || (key0 === "window")) || (key0 === "watermark"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.counts !== undefined){
let data0 = data.counts;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.published === undefined){
const err5 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "published"},message:"must have required property '"+"published"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data0.delivered === undefined){
const err6 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "delivered"},message:"must have required property '"+"delivered"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data0.skipped === undefined){
const err7 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "skipped"},message:"must have required property '"+"skipped"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data0.thinned === undefined){
const err8 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "thinned"},message:"must have required property '"+"thinned"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data0.overflowed === undefined){
const err9 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/required",keyword:"required",params:{missingProperty: "overflowed"},message:"must have required property '"+"overflowed"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
for(const key1 in data0){
if(!(((((key1 === "published") || (key1 === "delivered")) || (key1 === "skipped")) || (key1 === "thinned")) || (key1 === "overflowed"))){
const err10 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data0.published !== undefined){
let data1 = data0.published;
if(!((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1)))){
const err11 = {instancePath:instancePath+"/counts/published",schemaPath:"#/definitions/Counts/properties/published/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(typeof data1 == "number"){
if(data1 > 9007199254740991 || isNaN(data1)){
const err12 = {instancePath:instancePath+"/counts/published",schemaPath:"#/definitions/Counts/properties/published/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err13 = {instancePath:instancePath+"/counts/published",schemaPath:"#/definitions/Counts/properties/published/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
if(data0.delivered !== undefined){
let data2 = data0.delivered;
if(!((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2)))){
const err14 = {instancePath:instancePath+"/counts/delivered",schemaPath:"#/definitions/Counts/properties/delivered/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(typeof data2 == "number"){
if(data2 > 9007199254740991 || isNaN(data2)){
const err15 = {instancePath:instancePath+"/counts/delivered",schemaPath:"#/definitions/Counts/properties/delivered/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err16 = {instancePath:instancePath+"/counts/delivered",schemaPath:"#/definitions/Counts/properties/delivered/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
if(data0.skipped !== undefined){
let data3 = data0.skipped;
if(!((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3)))){
const err17 = {instancePath:instancePath+"/counts/skipped",schemaPath:"#/definitions/Counts/properties/skipped/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(typeof data3 == "number"){
if(data3 > 9007199254740991 || isNaN(data3)){
const err18 = {instancePath:instancePath+"/counts/skipped",schemaPath:"#/definitions/Counts/properties/skipped/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err19 = {instancePath:instancePath+"/counts/skipped",schemaPath:"#/definitions/Counts/properties/skipped/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
if(data0.thinned !== undefined){
let data4 = data0.thinned;
if(!((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4)))){
const err20 = {instancePath:instancePath+"/counts/thinned",schemaPath:"#/definitions/Counts/properties/thinned/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(typeof data4 == "number"){
if(data4 > 9007199254740991 || isNaN(data4)){
const err21 = {instancePath:instancePath+"/counts/thinned",schemaPath:"#/definitions/Counts/properties/thinned/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data4 < 0 || isNaN(data4)){
const err22 = {instancePath:instancePath+"/counts/thinned",schemaPath:"#/definitions/Counts/properties/thinned/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
if(data0.overflowed !== undefined){
let data5 = data0.overflowed;
if(!((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5)))){
const err23 = {instancePath:instancePath+"/counts/overflowed",schemaPath:"#/definitions/Counts/properties/overflowed/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(typeof data5 == "number"){
if(data5 > 9007199254740991 || isNaN(data5)){
const err24 = {instancePath:instancePath+"/counts/overflowed",schemaPath:"#/definitions/Counts/properties/overflowed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data5 < 0 || isNaN(data5)){
const err25 = {instancePath:instancePath+"/counts/overflowed",schemaPath:"#/definitions/Counts/properties/overflowed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
}
else {
const err26 = {instancePath:instancePath+"/counts",schemaPath:"#/definitions/Counts/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.credits !== undefined){
let data6 = data.credits;
if(!((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6)))){
const err27 = {instancePath:instancePath+"/credits",schemaPath:"#/properties/credits/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(typeof data6 == "number"){
if(data6 > 9007199254740991 || isNaN(data6)){
const err28 = {instancePath:instancePath+"/credits",schemaPath:"#/properties/credits/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data6 < 0 || isNaN(data6)){
const err29 = {instancePath:instancePath+"/credits",schemaPath:"#/properties/credits/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
if(data.window !== undefined){
let data7 = data.window;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err30 = {instancePath:instancePath+"/window",schemaPath:"#/properties/window/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(typeof data7 == "number"){
if(data7 > 9007199254740991 || isNaN(data7)){
const err31 = {instancePath:instancePath+"/window",schemaPath:"#/properties/window/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data7 < 0 || isNaN(data7)){
const err32 = {instancePath:instancePath+"/window",schemaPath:"#/properties/window/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
if(data.watermark !== undefined){
let data8 = data.watermark;
if(!((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8)))){
const err33 = {instancePath:instancePath+"/watermark",schemaPath:"#/properties/watermark/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(typeof data8 == "number"){
if(data8 > 9007199254740991 || isNaN(data8)){
const err34 = {instancePath:instancePath+"/watermark",schemaPath:"#/properties/watermark/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err35 = {instancePath:instancePath+"/watermark",schemaPath:"#/properties/watermark/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
}
else {
const err36 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
validate32.errors = vErrors;
return errors === 0;
}


function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kinds === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kinds"},message:"must have required property '"+"kinds"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "kinds") || (key0 === "totals"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.kinds !== undefined){
let data0 = data.kinds;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
if(!((((key1 === "steps") || (key1 === "episodes")) || (key1 === "metrics")) || (key1 === "events"))){
const err2 = {instancePath:instancePath+"/kinds",schemaPath:"#/properties/kinds/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data0.steps !== undefined){
if(!(validate32(data0.steps, {instancePath:instancePath+"/kinds/steps",parentData:data0,parentDataProperty:"steps",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
if(data0.episodes !== undefined){
if(!(validate32(data0.episodes, {instancePath:instancePath+"/kinds/episodes",parentData:data0,parentDataProperty:"episodes",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
if(data0.metrics !== undefined){
if(!(validate32(data0.metrics, {instancePath:instancePath+"/kinds/metrics",parentData:data0,parentDataProperty:"metrics",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
if(data0.events !== undefined){
if(!(validate32(data0.events, {instancePath:instancePath+"/kinds/events",parentData:data0,parentDataProperty:"events",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath:instancePath+"/kinds",schemaPath:"#/properties/kinds/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.totals !== undefined){
let data5 = data.totals;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.received === undefined){
const err4 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "received"},message:"must have required property '"+"received"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data5.durable === undefined){
const err5 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "durable"},message:"must have required property '"+"durable"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data5.repeated === undefined){
const err6 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "repeated"},message:"must have required property '"+"repeated"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data5.duplicate === undefined){
const err7 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "duplicate"},message:"must have required property '"+"duplicate"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data5.late === undefined){
const err8 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "late"},message:"must have required property '"+"late"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data5.rejected === undefined){
const err9 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "rejected"},message:"must have required property '"+"rejected"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data5.thinned === undefined){
const err10 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "thinned"},message:"must have required property '"+"thinned"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data5.violations === undefined){
const err11 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "violations"},message:"must have required property '"+"violations"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data5.removed === undefined){
const err12 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "removed"},message:"must have required property '"+"removed"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
for(const key2 in data5){
if(!(func2.call(schema45.properties, key2))){
const err13 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data5.received !== undefined){
let data6 = data5.received;
if(!((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6)))){
const err14 = {instancePath:instancePath+"/totals/received",schemaPath:"#/definitions/RunTotals/properties/received/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(typeof data6 == "number"){
if(data6 > 9007199254740991 || isNaN(data6)){
const err15 = {instancePath:instancePath+"/totals/received",schemaPath:"#/definitions/RunTotals/properties/received/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data6 < 0 || isNaN(data6)){
const err16 = {instancePath:instancePath+"/totals/received",schemaPath:"#/definitions/RunTotals/properties/received/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
if(data5.durable !== undefined){
let data7 = data5.durable;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err17 = {instancePath:instancePath+"/totals/durable",schemaPath:"#/definitions/RunTotals/properties/durable/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(typeof data7 == "number"){
if(data7 > 9007199254740991 || isNaN(data7)){
const err18 = {instancePath:instancePath+"/totals/durable",schemaPath:"#/definitions/RunTotals/properties/durable/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data7 < 0 || isNaN(data7)){
const err19 = {instancePath:instancePath+"/totals/durable",schemaPath:"#/definitions/RunTotals/properties/durable/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
if(data5.repeated !== undefined){
let data8 = data5.repeated;
if(!((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8)))){
const err20 = {instancePath:instancePath+"/totals/repeated",schemaPath:"#/definitions/RunTotals/properties/repeated/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(typeof data8 == "number"){
if(data8 > 9007199254740991 || isNaN(data8)){
const err21 = {instancePath:instancePath+"/totals/repeated",schemaPath:"#/definitions/RunTotals/properties/repeated/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err22 = {instancePath:instancePath+"/totals/repeated",schemaPath:"#/definitions/RunTotals/properties/repeated/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
if(data5.duplicate !== undefined){
let data9 = data5.duplicate;
if(!((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9)))){
const err23 = {instancePath:instancePath+"/totals/duplicate",schemaPath:"#/definitions/RunTotals/properties/duplicate/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(typeof data9 == "number"){
if(data9 > 9007199254740991 || isNaN(data9)){
const err24 = {instancePath:instancePath+"/totals/duplicate",schemaPath:"#/definitions/RunTotals/properties/duplicate/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data9 < 0 || isNaN(data9)){
const err25 = {instancePath:instancePath+"/totals/duplicate",schemaPath:"#/definitions/RunTotals/properties/duplicate/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
if(data5.late !== undefined){
let data10 = data5.late;
if(!((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10)))){
const err26 = {instancePath:instancePath+"/totals/late",schemaPath:"#/definitions/RunTotals/properties/late/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(typeof data10 == "number"){
if(data10 > 9007199254740991 || isNaN(data10)){
const err27 = {instancePath:instancePath+"/totals/late",schemaPath:"#/definitions/RunTotals/properties/late/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data10 < 0 || isNaN(data10)){
const err28 = {instancePath:instancePath+"/totals/late",schemaPath:"#/definitions/RunTotals/properties/late/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
if(data5.rejected !== undefined){
let data11 = data5.rejected;
if(!((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11)))){
const err29 = {instancePath:instancePath+"/totals/rejected",schemaPath:"#/definitions/RunTotals/properties/rejected/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(typeof data11 == "number"){
if(data11 > 9007199254740991 || isNaN(data11)){
const err30 = {instancePath:instancePath+"/totals/rejected",schemaPath:"#/definitions/RunTotals/properties/rejected/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err31 = {instancePath:instancePath+"/totals/rejected",schemaPath:"#/definitions/RunTotals/properties/rejected/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
if(data5.thinned !== undefined){
let data12 = data5.thinned;
if(!((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12)))){
const err32 = {instancePath:instancePath+"/totals/thinned",schemaPath:"#/definitions/RunTotals/properties/thinned/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(typeof data12 == "number"){
if(data12 > 9007199254740991 || isNaN(data12)){
const err33 = {instancePath:instancePath+"/totals/thinned",schemaPath:"#/definitions/RunTotals/properties/thinned/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err34 = {instancePath:instancePath+"/totals/thinned",schemaPath:"#/definitions/RunTotals/properties/thinned/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
if(data5.violations !== undefined){
let data13 = data5.violations;
if(!((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13)))){
const err35 = {instancePath:instancePath+"/totals/violations",schemaPath:"#/definitions/RunTotals/properties/violations/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(typeof data13 == "number"){
if(data13 > 9007199254740991 || isNaN(data13)){
const err36 = {instancePath:instancePath+"/totals/violations",schemaPath:"#/definitions/RunTotals/properties/violations/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(data13 < 0 || isNaN(data13)){
const err37 = {instancePath:instancePath+"/totals/violations",schemaPath:"#/definitions/RunTotals/properties/violations/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
if(data5.removed !== undefined){
let data14 = data5.removed;
if(!((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14)))){
const err38 = {instancePath:instancePath+"/totals/removed",schemaPath:"#/definitions/RunTotals/properties/removed/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(typeof data14 == "number"){
if(data14 > 9007199254740991 || isNaN(data14)){
const err39 = {instancePath:instancePath+"/totals/removed",schemaPath:"#/definitions/RunTotals/properties/removed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data14 < 0 || isNaN(data14)){
const err40 = {instancePath:instancePath+"/totals/removed",schemaPath:"#/definitions/RunTotals/properties/removed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
}
else {
const err41 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
validate31.errors = vErrors;
return errors === 0;
}


function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-ledger" */;
let vErrors = null;
let errors = 0;
if(!(validate31(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
errors = vErrors.length;
}
validate30.errors = vErrors;
return errors === 0;
}

export const control = validate38;
const schema46 = {"$id":"link-control","$ref":"link#/definitions/Control"};
const schema47 = {"description":"Page to bridge: cancel ends the run; pause, resume, rate (value: steps a second of each worker, 0 lifts the cap) and step (value: how many, while the run is paused) hold its workers; record (value: episodes, 1 when left out) has the frames of its next episodes kept. Answered by reply, or by error with the sentence why not.","type":"object","properties":{"request":{"type":"integer","minimum":0,"maximum":9007199254740991},"run":{"type":"string","maxLength":128},"action":{"enum":["cancel","pause","resume","rate","step","record"]},"value":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["request","run","action"],"additionalProperties":false};

function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-control" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.request === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Control/required",keyword:"required",params:{missingProperty: "request"},message:"must have required property '"+"request"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.run === undefined){
const err1 = {instancePath,schemaPath:"link#/definitions/Control/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.action === undefined){
const err2 = {instancePath,schemaPath:"link#/definitions/Control/required",keyword:"required",params:{missingProperty: "action"},message:"must have required property '"+"action"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "request") || (key0 === "run")) || (key0 === "action")) || (key0 === "value"))){
const err3 = {instancePath,schemaPath:"link#/definitions/Control/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.request !== undefined){
let data0 = data.request;
if(!((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0)))){
const err4 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Control/properties/request/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(typeof data0 == "number"){
if(data0 > 9007199254740991 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Control/properties/request/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err6 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Control/properties/request/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data.run !== undefined){
let data1 = data.run;
if(typeof data1 === "string"){
if(func3(data1) > 128){
const err7 = {instancePath:instancePath+"/run",schemaPath:"link#/definitions/Control/properties/run/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/run",schemaPath:"link#/definitions/Control/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.action !== undefined){
let data2 = data.action;
if(!((((((data2 === "cancel") || (data2 === "pause")) || (data2 === "resume")) || (data2 === "rate")) || (data2 === "step")) || (data2 === "record"))){
const err9 = {instancePath:instancePath+"/action",schemaPath:"link#/definitions/Control/properties/action/enum",keyword:"enum",params:{allowedValues: schema47.properties.action.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.value !== undefined){
let data3 = data.value;
if(!((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3)))){
const err10 = {instancePath:instancePath+"/value",schemaPath:"link#/definitions/Control/properties/value/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(typeof data3 == "number"){
if(data3 > 9007199254740991 || isNaN(data3)){
const err11 = {instancePath:instancePath+"/value",schemaPath:"link#/definitions/Control/properties/value/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err12 = {instancePath:instancePath+"/value",schemaPath:"link#/definitions/Control/properties/value/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
}
else {
const err13 = {instancePath,schemaPath:"link#/definitions/Control/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
validate38.errors = vErrors;
return errors === 0;
}

export const reply = validate39;
const schema48 = {"$id":"link-reply","$ref":"link#/definitions/Reply"};
const schema49 = {"description":"Bridge to page: the request was carried out.","type":"object","properties":{"request":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["request"],"additionalProperties":false};

function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-reply" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.request === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Reply/required",keyword:"required",params:{missingProperty: "request"},message:"must have required property '"+"request"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(key0 === "request")){
const err1 = {instancePath,schemaPath:"link#/definitions/Reply/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.request !== undefined){
let data0 = data.request;
if(!((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0)))){
const err2 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Reply/properties/request/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(typeof data0 == "number"){
if(data0 > 9007199254740991 || isNaN(data0)){
const err3 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Reply/properties/request/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Reply/properties/request/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
}
else {
const err5 = {instancePath,schemaPath:"link#/definitions/Reply/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate39.errors = vErrors;
return errors === 0;
}

export const parts = validate40;
const schema50 = {"$id":"link-parts","$ref":"link#/definitions/Parts"};
const schema51 = {"description":"Page to bridge: what history is there.","type":"object","properties":{"request":{"type":"integer","minimum":0,"maximum":9007199254740991},"runs":{"type":"array","items":{"type":"string","maxLength":128},"maxItems":10000,"description":"Empty: every run."},"kinds":{"type":"array","items":{"enum":["steps","episodes","metrics","events"]},"minItems":1,"maxItems":4}},"required":["request","runs","kinds"],"additionalProperties":false};

function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-parts" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.request === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Parts/required",keyword:"required",params:{missingProperty: "request"},message:"must have required property '"+"request"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.runs === undefined){
const err1 = {instancePath,schemaPath:"link#/definitions/Parts/required",keyword:"required",params:{missingProperty: "runs"},message:"must have required property '"+"runs"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.kinds === undefined){
const err2 = {instancePath,schemaPath:"link#/definitions/Parts/required",keyword:"required",params:{missingProperty: "kinds"},message:"must have required property '"+"kinds"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "request") || (key0 === "runs")) || (key0 === "kinds"))){
const err3 = {instancePath,schemaPath:"link#/definitions/Parts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.request !== undefined){
let data0 = data.request;
if(!((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0)))){
const err4 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Parts/properties/request/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(typeof data0 == "number"){
if(data0 > 9007199254740991 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Parts/properties/request/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err6 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Parts/properties/request/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data.runs !== undefined){
let data1 = data.runs;
if(Array.isArray(data1)){
if(data1.length > 10000){
const err7 = {instancePath:instancePath+"/runs",schemaPath:"link#/definitions/Parts/properties/runs/maxItems",keyword:"maxItems",params:{limit: 10000},message:"must NOT have more than 10000 items"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(func3(data2) > 128){
const err8 = {instancePath:instancePath+"/runs/" + i0,schemaPath:"link#/definitions/Parts/properties/runs/items/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/runs/" + i0,schemaPath:"link#/definitions/Parts/properties/runs/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/runs",schemaPath:"link#/definitions/Parts/properties/runs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.kinds !== undefined){
let data3 = data.kinds;
if(Array.isArray(data3)){
if(data3.length > 4){
const err11 = {instancePath:instancePath+"/kinds",schemaPath:"link#/definitions/Parts/properties/kinds/maxItems",keyword:"maxItems",params:{limit: 4},message:"must NOT have more than 4 items"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data3.length < 1){
const err12 = {instancePath:instancePath+"/kinds",schemaPath:"link#/definitions/Parts/properties/kinds/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
let data4 = data3[i1];
if(!((((data4 === "steps") || (data4 === "episodes")) || (data4 === "metrics")) || (data4 === "events"))){
const err13 = {instancePath:instancePath+"/kinds/" + i1,schemaPath:"link#/definitions/Parts/properties/kinds/items/enum",keyword:"enum",params:{allowedValues: schema51.properties.kinds.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/kinds",schemaPath:"link#/definitions/Parts/properties/kinds/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath,schemaPath:"link#/definitions/Parts/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
validate40.errors = vErrors;
return errors === 0;
}

export const partList = validate41;
const schema52 = {"$id":"link-partList","$ref":"link#/definitions/PartList"};
const schema53 = {"description":"Bridge to page. Bytes of a part: GET parts/<name>. Rows after sealed_seq: GET tail/<run>/<kind>?after=<sealed_seq>&upto=<watermark>.","type":"object","properties":{"request":{"type":"integer","minimum":0,"maximum":9007199254740991},"runs":{"type":"array","items":{"$ref":"#/definitions/PartRun"}}},"required":["request","runs"],"additionalProperties":false};
const schema54 = {"type":"object","properties":{"run":{"type":"string"},"parts":{"type":"array","items":{"$ref":"#/definitions/PartEntry"}},"kinds":{"type":"array","items":{"$ref":"#/definitions/KindReach"}}},"required":["run","parts","kinds"],"additionalProperties":false};
const schema55 = {"type":"object","properties":{"name":{"type":"string","maxLength":256},"kind":{"enum":["steps","episodes","metrics","events"]},"first_seq":{"type":"integer","minimum":0,"maximum":9007199254740991},"last_seq":{"type":"integer","minimum":0,"maximum":9007199254740991},"rows":{"type":"integer","minimum":0,"maximum":9007199254740991},"bytes":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["name","kind","first_seq","last_seq","rows","bytes"],"additionalProperties":false};
const schema56 = {"type":"object","properties":{"kind":{"enum":["steps","episodes","metrics","events"]},"sealed_seq":{"type":"integer","minimum":0,"maximum":9007199254740991},"watermark":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["kind","sealed_seq","watermark"],"additionalProperties":false};

function validate43(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.run === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "run"},message:"must have required property '"+"run"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.parts === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "parts"},message:"must have required property '"+"parts"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.kinds === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kinds"},message:"must have required property '"+"kinds"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "run") || (key0 === "parts")) || (key0 === "kinds"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.run !== undefined){
if(typeof data.run !== "string"){
const err4 = {instancePath:instancePath+"/run",schemaPath:"#/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.parts !== undefined){
let data1 = data.parts;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.name === undefined){
const err5 = {instancePath:instancePath+"/parts/" + i0,schemaPath:"#/definitions/PartEntry/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data2.kind === undefined){
const err6 = {instancePath:instancePath+"/parts/" + i0,schemaPath:"#/definitions/PartEntry/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data2.first_seq === undefined){
const err7 = {instancePath:instancePath+"/parts/" + i0,schemaPath:"#/definitions/PartEntry/required",keyword:"required",params:{missingProperty: "first_seq"},message:"must have required property '"+"first_seq"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data2.last_seq === undefined){
const err8 = {instancePath:instancePath+"/parts/" + i0,schemaPath:"#/definitions/PartEntry/required",keyword:"required",params:{missingProperty: "last_seq"},message:"must have required property '"+"last_seq"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data2.rows === undefined){
const err9 = {instancePath:instancePath+"/parts/" + i0,schemaPath:"#/definitions/PartEntry/required",keyword:"required",params:{missingProperty: "rows"},message:"must have required property '"+"rows"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data2.bytes === undefined){
const err10 = {instancePath:instancePath+"/parts/" + i0,schemaPath:"#/definitions/PartEntry/required",keyword:"required",params:{missingProperty: "bytes"},message:"must have required property '"+"bytes"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data2){
if(!((((((key1 === "name") || (key1 === "kind")) || (key1 === "first_seq")) || (key1 === "last_seq")) || (key1 === "rows")) || (key1 === "bytes"))){
const err11 = {instancePath:instancePath+"/parts/" + i0,schemaPath:"#/definitions/PartEntry/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data2.name !== undefined){
let data3 = data2.name;
if(typeof data3 === "string"){
if(func3(data3) > 256){
const err12 = {instancePath:instancePath+"/parts/" + i0+"/name",schemaPath:"#/definitions/PartEntry/properties/name/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/parts/" + i0+"/name",schemaPath:"#/definitions/PartEntry/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data2.kind !== undefined){
let data4 = data2.kind;
if(!((((data4 === "steps") || (data4 === "episodes")) || (data4 === "metrics")) || (data4 === "events"))){
const err14 = {instancePath:instancePath+"/parts/" + i0+"/kind",schemaPath:"#/definitions/PartEntry/properties/kind/enum",keyword:"enum",params:{allowedValues: schema55.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data2.first_seq !== undefined){
let data5 = data2.first_seq;
if(!((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5)))){
const err15 = {instancePath:instancePath+"/parts/" + i0+"/first_seq",schemaPath:"#/definitions/PartEntry/properties/first_seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(typeof data5 == "number"){
if(data5 > 9007199254740991 || isNaN(data5)){
const err16 = {instancePath:instancePath+"/parts/" + i0+"/first_seq",schemaPath:"#/definitions/PartEntry/properties/first_seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data5 < 0 || isNaN(data5)){
const err17 = {instancePath:instancePath+"/parts/" + i0+"/first_seq",schemaPath:"#/definitions/PartEntry/properties/first_seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
if(data2.last_seq !== undefined){
let data6 = data2.last_seq;
if(!((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6)))){
const err18 = {instancePath:instancePath+"/parts/" + i0+"/last_seq",schemaPath:"#/definitions/PartEntry/properties/last_seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(typeof data6 == "number"){
if(data6 > 9007199254740991 || isNaN(data6)){
const err19 = {instancePath:instancePath+"/parts/" + i0+"/last_seq",schemaPath:"#/definitions/PartEntry/properties/last_seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data6 < 0 || isNaN(data6)){
const err20 = {instancePath:instancePath+"/parts/" + i0+"/last_seq",schemaPath:"#/definitions/PartEntry/properties/last_seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data2.rows !== undefined){
let data7 = data2.rows;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err21 = {instancePath:instancePath+"/parts/" + i0+"/rows",schemaPath:"#/definitions/PartEntry/properties/rows/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(typeof data7 == "number"){
if(data7 > 9007199254740991 || isNaN(data7)){
const err22 = {instancePath:instancePath+"/parts/" + i0+"/rows",schemaPath:"#/definitions/PartEntry/properties/rows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data7 < 0 || isNaN(data7)){
const err23 = {instancePath:instancePath+"/parts/" + i0+"/rows",schemaPath:"#/definitions/PartEntry/properties/rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
if(data2.bytes !== undefined){
let data8 = data2.bytes;
if(!((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8)))){
const err24 = {instancePath:instancePath+"/parts/" + i0+"/bytes",schemaPath:"#/definitions/PartEntry/properties/bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(typeof data8 == "number"){
if(data8 > 9007199254740991 || isNaN(data8)){
const err25 = {instancePath:instancePath+"/parts/" + i0+"/bytes",schemaPath:"#/definitions/PartEntry/properties/bytes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err26 = {instancePath:instancePath+"/parts/" + i0+"/bytes",schemaPath:"#/definitions/PartEntry/properties/bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
}
else {
const err27 = {instancePath:instancePath+"/parts/" + i0,schemaPath:"#/definitions/PartEntry/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath:instancePath+"/parts",schemaPath:"#/properties/parts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.kinds !== undefined){
let data9 = data.kinds;
if(Array.isArray(data9)){
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
let data10 = data9[i1];
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.kind === undefined){
const err29 = {instancePath:instancePath+"/kinds/" + i1,schemaPath:"#/definitions/KindReach/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data10.sealed_seq === undefined){
const err30 = {instancePath:instancePath+"/kinds/" + i1,schemaPath:"#/definitions/KindReach/required",keyword:"required",params:{missingProperty: "sealed_seq"},message:"must have required property '"+"sealed_seq"+"'"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data10.watermark === undefined){
const err31 = {instancePath:instancePath+"/kinds/" + i1,schemaPath:"#/definitions/KindReach/required",keyword:"required",params:{missingProperty: "watermark"},message:"must have required property '"+"watermark"+"'"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
for(const key2 in data10){
if(!(((key2 === "kind") || (key2 === "sealed_seq")) || (key2 === "watermark"))){
const err32 = {instancePath:instancePath+"/kinds/" + i1,schemaPath:"#/definitions/KindReach/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data10.kind !== undefined){
let data11 = data10.kind;
if(!((((data11 === "steps") || (data11 === "episodes")) || (data11 === "metrics")) || (data11 === "events"))){
const err33 = {instancePath:instancePath+"/kinds/" + i1+"/kind",schemaPath:"#/definitions/KindReach/properties/kind/enum",keyword:"enum",params:{allowedValues: schema56.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data10.sealed_seq !== undefined){
let data12 = data10.sealed_seq;
if(!((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12)))){
const err34 = {instancePath:instancePath+"/kinds/" + i1+"/sealed_seq",schemaPath:"#/definitions/KindReach/properties/sealed_seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(typeof data12 == "number"){
if(data12 > 9007199254740991 || isNaN(data12)){
const err35 = {instancePath:instancePath+"/kinds/" + i1+"/sealed_seq",schemaPath:"#/definitions/KindReach/properties/sealed_seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err36 = {instancePath:instancePath+"/kinds/" + i1+"/sealed_seq",schemaPath:"#/definitions/KindReach/properties/sealed_seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
if(data10.watermark !== undefined){
let data13 = data10.watermark;
if(!((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13)))){
const err37 = {instancePath:instancePath+"/kinds/" + i1+"/watermark",schemaPath:"#/definitions/KindReach/properties/watermark/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(typeof data13 == "number"){
if(data13 > 9007199254740991 || isNaN(data13)){
const err38 = {instancePath:instancePath+"/kinds/" + i1+"/watermark",schemaPath:"#/definitions/KindReach/properties/watermark/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data13 < 0 || isNaN(data13)){
const err39 = {instancePath:instancePath+"/kinds/" + i1+"/watermark",schemaPath:"#/definitions/KindReach/properties/watermark/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
}
else {
const err40 = {instancePath:instancePath+"/kinds/" + i1,schemaPath:"#/definitions/KindReach/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/kinds",schemaPath:"#/properties/kinds/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
validate43.errors = vErrors;
return errors === 0;
}


function validate42(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.request === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "request"},message:"must have required property '"+"request"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.runs === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "runs"},message:"must have required property '"+"runs"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "request") || (key0 === "runs"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.request !== undefined){
let data0 = data.request;
if(!((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0)))){
const err3 = {instancePath:instancePath+"/request",schemaPath:"#/properties/request/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(typeof data0 == "number"){
if(data0 > 9007199254740991 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/request",schemaPath:"#/properties/request/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/request",schemaPath:"#/properties/request/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.runs !== undefined){
let data1 = data.runs;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
if(!(validate43(data1[i0], {instancePath:instancePath+"/runs/" + i0,parentData:data1,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate43.errors : vErrors.concat(validate43.errors);
errors = vErrors.length;
}
}
}
else {
const err6 = {instancePath:instancePath+"/runs",schemaPath:"#/properties/runs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate42.errors = vErrors;
return errors === 0;
}


function validate41(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-partList" */;
let vErrors = null;
let errors = 0;
if(!(validate42(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate42.errors : vErrors.concat(validate42.errors);
errors = vErrors.length;
}
validate41.errors = vErrors;
return errors === 0;
}

export const runs = validate46;
const schema57 = {"$id":"link-runs","$ref":"link#/definitions/Runs"};
const schema58 = {"description":"Bridge to page, channel 0: after hello, then when something changed, at most every 500 ms. Whole list.","type":"object","properties":{"runs":{"type":"array","items":{"$ref":"#/definitions/RunEntry"}}},"required":["runs"],"additionalProperties":false};
const schema59 = {"type":"object","properties":{"run_id":{"type":"string"},"name":{"type":"string"},"status":{"enum":["INIT","HSHK","RDY","EXEC","PAUSE","FAULT","TERM"]},"outcome":{"type":"string"},"failure_reason":{"type":"string"},"config_json":{"type":"string"},"digest":{"type":"string"},"created_ms":{"type":"number"},"updated_ms":{"type":"number"},"finished_ms":{"type":["number","null"]},"totals":{"$ref":"#/definitions/RunTotals"},"kinds":{"type":"array","items":{"$ref":"#/definitions/KindReach"}},"kept":{"type":"string","description":"What is kept of the run's rows, in words; empty where the daemon does not say."}},"required":["run_id","name","status","outcome","failure_reason","config_json","digest","created_ms","updated_ms","finished_ms","totals","kinds","kept"],"additionalProperties":false};

function validate48(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.run_id === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "run_id"},message:"must have required property '"+"run_id"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.name === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.status === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "status"},message:"must have required property '"+"status"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.outcome === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "outcome"},message:"must have required property '"+"outcome"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.failure_reason === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "failure_reason"},message:"must have required property '"+"failure_reason"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.config_json === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "config_json"},message:"must have required property '"+"config_json"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.digest === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "digest"},message:"must have required property '"+"digest"+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.created_ms === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "created_ms"},message:"must have required property '"+"created_ms"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.updated_ms === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "updated_ms"},message:"must have required property '"+"updated_ms"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.finished_ms === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "finished_ms"},message:"must have required property '"+"finished_ms"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.totals === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "totals"},message:"must have required property '"+"totals"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data.kinds === undefined){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kinds"},message:"must have required property '"+"kinds"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.kept === undefined){
const err12 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kept"},message:"must have required property '"+"kept"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema59.properties, key0))){
const err13 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.run_id !== undefined){
if(typeof data.run_id !== "string"){
const err14 = {instancePath:instancePath+"/run_id",schemaPath:"#/properties/run_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.name !== undefined){
if(typeof data.name !== "string"){
const err15 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.status !== undefined){
let data2 = data.status;
if(!(((((((data2 === "INIT") || (data2 === "HSHK")) || (data2 === "RDY")) || (data2 === "EXEC")) || (data2 === "PAUSE")) || (data2 === "FAULT")) || (data2 === "TERM"))){
const err16 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/enum",keyword:"enum",params:{allowedValues: schema59.properties.status.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.outcome !== undefined){
if(typeof data.outcome !== "string"){
const err17 = {instancePath:instancePath+"/outcome",schemaPath:"#/properties/outcome/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.failure_reason !== undefined){
if(typeof data.failure_reason !== "string"){
const err18 = {instancePath:instancePath+"/failure_reason",schemaPath:"#/properties/failure_reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.config_json !== undefined){
if(typeof data.config_json !== "string"){
const err19 = {instancePath:instancePath+"/config_json",schemaPath:"#/properties/config_json/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.digest !== undefined){
if(typeof data.digest !== "string"){
const err20 = {instancePath:instancePath+"/digest",schemaPath:"#/properties/digest/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.created_ms !== undefined){
if(!(typeof data.created_ms == "number")){
const err21 = {instancePath:instancePath+"/created_ms",schemaPath:"#/properties/created_ms/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.updated_ms !== undefined){
if(!(typeof data.updated_ms == "number")){
const err22 = {instancePath:instancePath+"/updated_ms",schemaPath:"#/properties/updated_ms/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.finished_ms !== undefined){
let data9 = data.finished_ms;
if((!(typeof data9 == "number")) && (data9 !== null)){
const err23 = {instancePath:instancePath+"/finished_ms",schemaPath:"#/properties/finished_ms/type",keyword:"type",params:{type: schema59.properties.finished_ms.type},message:"must be number,null"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.totals !== undefined){
let data10 = data.totals;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.received === undefined){
const err24 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "received"},message:"must have required property '"+"received"+"'"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data10.durable === undefined){
const err25 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "durable"},message:"must have required property '"+"durable"+"'"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data10.repeated === undefined){
const err26 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "repeated"},message:"must have required property '"+"repeated"+"'"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data10.duplicate === undefined){
const err27 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "duplicate"},message:"must have required property '"+"duplicate"+"'"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data10.late === undefined){
const err28 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "late"},message:"must have required property '"+"late"+"'"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data10.rejected === undefined){
const err29 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "rejected"},message:"must have required property '"+"rejected"+"'"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data10.thinned === undefined){
const err30 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "thinned"},message:"must have required property '"+"thinned"+"'"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data10.violations === undefined){
const err31 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "violations"},message:"must have required property '"+"violations"+"'"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data10.removed === undefined){
const err32 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/required",keyword:"required",params:{missingProperty: "removed"},message:"must have required property '"+"removed"+"'"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
for(const key1 in data10){
if(!(func2.call(schema45.properties, key1))){
const err33 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data10.received !== undefined){
let data11 = data10.received;
if(!((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11)))){
const err34 = {instancePath:instancePath+"/totals/received",schemaPath:"#/definitions/RunTotals/properties/received/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(typeof data11 == "number"){
if(data11 > 9007199254740991 || isNaN(data11)){
const err35 = {instancePath:instancePath+"/totals/received",schemaPath:"#/definitions/RunTotals/properties/received/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err36 = {instancePath:instancePath+"/totals/received",schemaPath:"#/definitions/RunTotals/properties/received/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
if(data10.durable !== undefined){
let data12 = data10.durable;
if(!((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12)))){
const err37 = {instancePath:instancePath+"/totals/durable",schemaPath:"#/definitions/RunTotals/properties/durable/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(typeof data12 == "number"){
if(data12 > 9007199254740991 || isNaN(data12)){
const err38 = {instancePath:instancePath+"/totals/durable",schemaPath:"#/definitions/RunTotals/properties/durable/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err39 = {instancePath:instancePath+"/totals/durable",schemaPath:"#/definitions/RunTotals/properties/durable/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
if(data10.repeated !== undefined){
let data13 = data10.repeated;
if(!((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13)))){
const err40 = {instancePath:instancePath+"/totals/repeated",schemaPath:"#/definitions/RunTotals/properties/repeated/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(typeof data13 == "number"){
if(data13 > 9007199254740991 || isNaN(data13)){
const err41 = {instancePath:instancePath+"/totals/repeated",schemaPath:"#/definitions/RunTotals/properties/repeated/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data13 < 0 || isNaN(data13)){
const err42 = {instancePath:instancePath+"/totals/repeated",schemaPath:"#/definitions/RunTotals/properties/repeated/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
if(data10.duplicate !== undefined){
let data14 = data10.duplicate;
if(!((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14)))){
const err43 = {instancePath:instancePath+"/totals/duplicate",schemaPath:"#/definitions/RunTotals/properties/duplicate/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(typeof data14 == "number"){
if(data14 > 9007199254740991 || isNaN(data14)){
const err44 = {instancePath:instancePath+"/totals/duplicate",schemaPath:"#/definitions/RunTotals/properties/duplicate/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(data14 < 0 || isNaN(data14)){
const err45 = {instancePath:instancePath+"/totals/duplicate",schemaPath:"#/definitions/RunTotals/properties/duplicate/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
if(data10.late !== undefined){
let data15 = data10.late;
if(!((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15)))){
const err46 = {instancePath:instancePath+"/totals/late",schemaPath:"#/definitions/RunTotals/properties/late/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(typeof data15 == "number"){
if(data15 > 9007199254740991 || isNaN(data15)){
const err47 = {instancePath:instancePath+"/totals/late",schemaPath:"#/definitions/RunTotals/properties/late/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(data15 < 0 || isNaN(data15)){
const err48 = {instancePath:instancePath+"/totals/late",schemaPath:"#/definitions/RunTotals/properties/late/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
if(data10.rejected !== undefined){
let data16 = data10.rejected;
if(!((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16)))){
const err49 = {instancePath:instancePath+"/totals/rejected",schemaPath:"#/definitions/RunTotals/properties/rejected/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(typeof data16 == "number"){
if(data16 > 9007199254740991 || isNaN(data16)){
const err50 = {instancePath:instancePath+"/totals/rejected",schemaPath:"#/definitions/RunTotals/properties/rejected/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(data16 < 0 || isNaN(data16)){
const err51 = {instancePath:instancePath+"/totals/rejected",schemaPath:"#/definitions/RunTotals/properties/rejected/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
}
if(data10.thinned !== undefined){
let data17 = data10.thinned;
if(!((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17)))){
const err52 = {instancePath:instancePath+"/totals/thinned",schemaPath:"#/definitions/RunTotals/properties/thinned/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if(typeof data17 == "number"){
if(data17 > 9007199254740991 || isNaN(data17)){
const err53 = {instancePath:instancePath+"/totals/thinned",schemaPath:"#/definitions/RunTotals/properties/thinned/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data17 < 0 || isNaN(data17)){
const err54 = {instancePath:instancePath+"/totals/thinned",schemaPath:"#/definitions/RunTotals/properties/thinned/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
if(data10.violations !== undefined){
let data18 = data10.violations;
if(!((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18)))){
const err55 = {instancePath:instancePath+"/totals/violations",schemaPath:"#/definitions/RunTotals/properties/violations/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(typeof data18 == "number"){
if(data18 > 9007199254740991 || isNaN(data18)){
const err56 = {instancePath:instancePath+"/totals/violations",schemaPath:"#/definitions/RunTotals/properties/violations/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data18 < 0 || isNaN(data18)){
const err57 = {instancePath:instancePath+"/totals/violations",schemaPath:"#/definitions/RunTotals/properties/violations/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
if(data10.removed !== undefined){
let data19 = data10.removed;
if(!((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19)))){
const err58 = {instancePath:instancePath+"/totals/removed",schemaPath:"#/definitions/RunTotals/properties/removed/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if(typeof data19 == "number"){
if(data19 > 9007199254740991 || isNaN(data19)){
const err59 = {instancePath:instancePath+"/totals/removed",schemaPath:"#/definitions/RunTotals/properties/removed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if(data19 < 0 || isNaN(data19)){
const err60 = {instancePath:instancePath+"/totals/removed",schemaPath:"#/definitions/RunTotals/properties/removed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
}
}
else {
const err61 = {instancePath:instancePath+"/totals",schemaPath:"#/definitions/RunTotals/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data.kinds !== undefined){
let data20 = data.kinds;
if(Array.isArray(data20)){
const len0 = data20.length;
for(let i0=0; i0<len0; i0++){
let data21 = data20[i0];
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.kind === undefined){
const err62 = {instancePath:instancePath+"/kinds/" + i0,schemaPath:"#/definitions/KindReach/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if(data21.sealed_seq === undefined){
const err63 = {instancePath:instancePath+"/kinds/" + i0,schemaPath:"#/definitions/KindReach/required",keyword:"required",params:{missingProperty: "sealed_seq"},message:"must have required property '"+"sealed_seq"+"'"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if(data21.watermark === undefined){
const err64 = {instancePath:instancePath+"/kinds/" + i0,schemaPath:"#/definitions/KindReach/required",keyword:"required",params:{missingProperty: "watermark"},message:"must have required property '"+"watermark"+"'"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
for(const key2 in data21){
if(!(((key2 === "kind") || (key2 === "sealed_seq")) || (key2 === "watermark"))){
const err65 = {instancePath:instancePath+"/kinds/" + i0,schemaPath:"#/definitions/KindReach/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data21.kind !== undefined){
let data22 = data21.kind;
if(!((((data22 === "steps") || (data22 === "episodes")) || (data22 === "metrics")) || (data22 === "events"))){
const err66 = {instancePath:instancePath+"/kinds/" + i0+"/kind",schemaPath:"#/definitions/KindReach/properties/kind/enum",keyword:"enum",params:{allowedValues: schema56.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data21.sealed_seq !== undefined){
let data23 = data21.sealed_seq;
if(!((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23)))){
const err67 = {instancePath:instancePath+"/kinds/" + i0+"/sealed_seq",schemaPath:"#/definitions/KindReach/properties/sealed_seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(typeof data23 == "number"){
if(data23 > 9007199254740991 || isNaN(data23)){
const err68 = {instancePath:instancePath+"/kinds/" + i0+"/sealed_seq",schemaPath:"#/definitions/KindReach/properties/sealed_seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if(data23 < 0 || isNaN(data23)){
const err69 = {instancePath:instancePath+"/kinds/" + i0+"/sealed_seq",schemaPath:"#/definitions/KindReach/properties/sealed_seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
if(data21.watermark !== undefined){
let data24 = data21.watermark;
if(!((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24)))){
const err70 = {instancePath:instancePath+"/kinds/" + i0+"/watermark",schemaPath:"#/definitions/KindReach/properties/watermark/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
if(typeof data24 == "number"){
if(data24 > 9007199254740991 || isNaN(data24)){
const err71 = {instancePath:instancePath+"/kinds/" + i0+"/watermark",schemaPath:"#/definitions/KindReach/properties/watermark/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
if(data24 < 0 || isNaN(data24)){
const err72 = {instancePath:instancePath+"/kinds/" + i0+"/watermark",schemaPath:"#/definitions/KindReach/properties/watermark/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
}
else {
const err73 = {instancePath:instancePath+"/kinds/" + i0,schemaPath:"#/definitions/KindReach/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/kinds",schemaPath:"#/properties/kinds/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data.kept !== undefined){
if(typeof data.kept !== "string"){
const err75 = {instancePath:instancePath+"/kept",schemaPath:"#/properties/kept/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
}
else {
const err76 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
validate48.errors = vErrors;
return errors === 0;
}


function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.runs === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "runs"},message:"must have required property '"+"runs"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(key0 === "runs")){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.runs !== undefined){
let data0 = data.runs;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate48(data0[i0], {instancePath:instancePath+"/runs/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate48.errors : vErrors.concat(validate48.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/runs",schemaPath:"#/properties/runs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate47.errors = vErrors;
return errors === 0;
}


function validate46(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-runs" */;
let vErrors = null;
let errors = 0;
if(!(validate47(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
validate46.errors = vErrors;
return errors === 0;
}

export const error = validate51;
const schema62 = {"$id":"link-error","$ref":"link#/definitions/Error"};
const schema63 = {"description":"Bridge to page. code: kebab-case, to act on; sentence: for people.","type":"object","properties":{"code":{"type":"string","maxLength":64},"sentence":{"type":"string","maxLength":2000},"request":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["code","sentence"],"additionalProperties":false};

function validate51(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-error" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.code === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Error/required",keyword:"required",params:{missingProperty: "code"},message:"must have required property '"+"code"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.sentence === undefined){
const err1 = {instancePath,schemaPath:"link#/definitions/Error/required",keyword:"required",params:{missingProperty: "sentence"},message:"must have required property '"+"sentence"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "code") || (key0 === "sentence")) || (key0 === "request"))){
const err2 = {instancePath,schemaPath:"link#/definitions/Error/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.code !== undefined){
let data0 = data.code;
if(typeof data0 === "string"){
if(func3(data0) > 64){
const err3 = {instancePath:instancePath+"/code",schemaPath:"link#/definitions/Error/properties/code/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/code",schemaPath:"link#/definitions/Error/properties/code/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.sentence !== undefined){
let data1 = data.sentence;
if(typeof data1 === "string"){
if(func3(data1) > 2000){
const err5 = {instancePath:instancePath+"/sentence",schemaPath:"link#/definitions/Error/properties/sentence/maxLength",keyword:"maxLength",params:{limit: 2000},message:"must NOT have more than 2000 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/sentence",schemaPath:"link#/definitions/Error/properties/sentence/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.request !== undefined){
let data2 = data.request;
if(!((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2)))){
const err7 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Error/properties/request/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(typeof data2 == "number"){
if(data2 > 9007199254740991 || isNaN(data2)){
const err8 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Error/properties/request/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err9 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Error/properties/request/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
}
else {
const err10 = {instancePath,schemaPath:"link#/definitions/Error/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate51.errors = vErrors;
return errors === 0;
}

export const ledgers = validate52;
const schema64 = {"$id":"link-ledgers","$ref":"link#/definitions/Ledgers"};
const schema65 = {"description":"Page to bridge: the whole ledger of runs, for SQL.","type":"object","properties":{"request":{"type":"integer","minimum":0,"maximum":9007199254740991},"runs":{"type":"array","items":{"type":"string","maxLength":128},"maxItems":10000,"description":"Empty: every run."}},"required":["request","runs"],"additionalProperties":false};

function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-ledgers" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.request === undefined){
const err0 = {instancePath,schemaPath:"link#/definitions/Ledgers/required",keyword:"required",params:{missingProperty: "request"},message:"must have required property '"+"request"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.runs === undefined){
const err1 = {instancePath,schemaPath:"link#/definitions/Ledgers/required",keyword:"required",params:{missingProperty: "runs"},message:"must have required property '"+"runs"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "request") || (key0 === "runs"))){
const err2 = {instancePath,schemaPath:"link#/definitions/Ledgers/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.request !== undefined){
let data0 = data.request;
if(!((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0)))){
const err3 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Ledgers/properties/request/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(typeof data0 == "number"){
if(data0 > 9007199254740991 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Ledgers/properties/request/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/request",schemaPath:"link#/definitions/Ledgers/properties/request/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.runs !== undefined){
let data1 = data.runs;
if(Array.isArray(data1)){
if(data1.length > 10000){
const err6 = {instancePath:instancePath+"/runs",schemaPath:"link#/definitions/Ledgers/properties/runs/maxItems",keyword:"maxItems",params:{limit: 10000},message:"must NOT have more than 10000 items"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(func3(data2) > 128){
const err7 = {instancePath:instancePath+"/runs/" + i0,schemaPath:"link#/definitions/Ledgers/properties/runs/items/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/runs/" + i0,schemaPath:"link#/definitions/Ledgers/properties/runs/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/runs",schemaPath:"link#/definitions/Ledgers/properties/runs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath,schemaPath:"link#/definitions/Ledgers/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate52.errors = vErrors;
return errors === 0;
}

export const ledgerList = validate53;
const schema66 = {"$id":"link-ledgerList","$ref":"link#/definitions/LedgerList"};
const schema67 = {"description":"Bridge to page.","type":"object","properties":{"request":{"type":"integer","minimum":0,"maximum":9007199254740991},"entries":{"type":"array","items":{"$ref":"#/definitions/LedgerEntry"}},"gaps":{"type":"array","items":{"$ref":"#/definitions/LedgerGap"}},"views":{"type":"array","items":{"$ref":"#/definitions/LedgerView"}}},"required":["request","entries","gaps","views"],"additionalProperties":false};
const schema68 = {"type":"object","properties":{"run_id":{"type":"string"},"worker_id":{"type":"string"},"agent_id":{"type":"string","description":"Empty for what belongs to no agent."},"received":{"type":"integer","minimum":0,"maximum":9007199254740991},"durable":{"type":"integer","minimum":0,"maximum":9007199254740991},"repeated":{"type":"integer","minimum":0,"maximum":9007199254740991},"duplicate":{"type":"integer","minimum":0,"maximum":9007199254740991},"late":{"type":"integer","minimum":0,"maximum":9007199254740991},"rejected":{"type":"integer","minimum":0,"maximum":9007199254740991},"thinned":{"type":"integer","minimum":0,"maximum":9007199254740991},"violations":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["run_id","worker_id","agent_id","received","durable","repeated","duplicate","late","rejected","thinned","violations"],"additionalProperties":false};
const schema69 = {"type":"object","properties":{"run_id":{"type":"string"},"kind":{"enum":["steps","episodes","metrics","events"]},"first_seq":{"type":"integer","minimum":0,"maximum":9007199254740991},"last_seq":{"type":"integer","minimum":0,"maximum":9007199254740991},"rows":{"type":"integer","minimum":0,"maximum":9007199254740991},"cause":{"enum":["lost","removed"],"description":"lost: the rows cannot be read; removed: retention let go of them."},"reason":{"type":"string","description":"The setting that asked for it; empty for lost."},"removed_ms":{"type":["number","null"]}},"required":["run_id","kind","first_seq","last_seq","rows","cause","reason","removed_ms"],"additionalProperties":false};
const schema70 = {"type":"object","properties":{"run_id":{"type":"string"},"view":{"type":"string"},"kind":{"enum":["steps","episodes","metrics","events"]},"open":{"type":"boolean"},"published":{"type":"integer","minimum":0,"maximum":9007199254740991},"delivered":{"type":"integer","minimum":0,"maximum":9007199254740991},"shown":{"type":"integer","minimum":0,"maximum":9007199254740991},"skipped":{"type":"integer","minimum":0,"maximum":9007199254740991},"thinned":{"type":"integer","minimum":0,"maximum":9007199254740991},"overflowed":{"type":"integer","minimum":0,"maximum":9007199254740991},"starvations":{"type":"integer","minimum":0,"maximum":9007199254740991}},"required":["run_id","view","kind","open","published","delivered","shown","skipped","thinned","overflowed","starvations"],"additionalProperties":false};

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.request === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "request"},message:"must have required property '"+"request"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.entries === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "entries"},message:"must have required property '"+"entries"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.gaps === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "gaps"},message:"must have required property '"+"gaps"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.views === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "views"},message:"must have required property '"+"views"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "request") || (key0 === "entries")) || (key0 === "gaps")) || (key0 === "views"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.request !== undefined){
let data0 = data.request;
if(!((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0)))){
const err5 = {instancePath:instancePath+"/request",schemaPath:"#/properties/request/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(typeof data0 == "number"){
if(data0 > 9007199254740991 || isNaN(data0)){
const err6 = {instancePath:instancePath+"/request",schemaPath:"#/properties/request/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err7 = {instancePath:instancePath+"/request",schemaPath:"#/properties/request/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
if(data.entries !== undefined){
let data1 = data.entries;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.run_id === undefined){
const err8 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "run_id"},message:"must have required property '"+"run_id"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data2.worker_id === undefined){
const err9 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "worker_id"},message:"must have required property '"+"worker_id"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data2.agent_id === undefined){
const err10 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "agent_id"},message:"must have required property '"+"agent_id"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data2.received === undefined){
const err11 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "received"},message:"must have required property '"+"received"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data2.durable === undefined){
const err12 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "durable"},message:"must have required property '"+"durable"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data2.repeated === undefined){
const err13 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "repeated"},message:"must have required property '"+"repeated"+"'"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data2.duplicate === undefined){
const err14 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "duplicate"},message:"must have required property '"+"duplicate"+"'"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data2.late === undefined){
const err15 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "late"},message:"must have required property '"+"late"+"'"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data2.rejected === undefined){
const err16 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "rejected"},message:"must have required property '"+"rejected"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data2.thinned === undefined){
const err17 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "thinned"},message:"must have required property '"+"thinned"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data2.violations === undefined){
const err18 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/required",keyword:"required",params:{missingProperty: "violations"},message:"must have required property '"+"violations"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
for(const key1 in data2){
if(!(func2.call(schema68.properties, key1))){
const err19 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data2.run_id !== undefined){
if(typeof data2.run_id !== "string"){
const err20 = {instancePath:instancePath+"/entries/" + i0+"/run_id",schemaPath:"#/definitions/LedgerEntry/properties/run_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data2.worker_id !== undefined){
if(typeof data2.worker_id !== "string"){
const err21 = {instancePath:instancePath+"/entries/" + i0+"/worker_id",schemaPath:"#/definitions/LedgerEntry/properties/worker_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data2.agent_id !== undefined){
if(typeof data2.agent_id !== "string"){
const err22 = {instancePath:instancePath+"/entries/" + i0+"/agent_id",schemaPath:"#/definitions/LedgerEntry/properties/agent_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data2.received !== undefined){
let data6 = data2.received;
if(!((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6)))){
const err23 = {instancePath:instancePath+"/entries/" + i0+"/received",schemaPath:"#/definitions/LedgerEntry/properties/received/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(typeof data6 == "number"){
if(data6 > 9007199254740991 || isNaN(data6)){
const err24 = {instancePath:instancePath+"/entries/" + i0+"/received",schemaPath:"#/definitions/LedgerEntry/properties/received/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data6 < 0 || isNaN(data6)){
const err25 = {instancePath:instancePath+"/entries/" + i0+"/received",schemaPath:"#/definitions/LedgerEntry/properties/received/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
if(data2.durable !== undefined){
let data7 = data2.durable;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err26 = {instancePath:instancePath+"/entries/" + i0+"/durable",schemaPath:"#/definitions/LedgerEntry/properties/durable/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(typeof data7 == "number"){
if(data7 > 9007199254740991 || isNaN(data7)){
const err27 = {instancePath:instancePath+"/entries/" + i0+"/durable",schemaPath:"#/definitions/LedgerEntry/properties/durable/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data7 < 0 || isNaN(data7)){
const err28 = {instancePath:instancePath+"/entries/" + i0+"/durable",schemaPath:"#/definitions/LedgerEntry/properties/durable/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
if(data2.repeated !== undefined){
let data8 = data2.repeated;
if(!((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8)))){
const err29 = {instancePath:instancePath+"/entries/" + i0+"/repeated",schemaPath:"#/definitions/LedgerEntry/properties/repeated/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(typeof data8 == "number"){
if(data8 > 9007199254740991 || isNaN(data8)){
const err30 = {instancePath:instancePath+"/entries/" + i0+"/repeated",schemaPath:"#/definitions/LedgerEntry/properties/repeated/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err31 = {instancePath:instancePath+"/entries/" + i0+"/repeated",schemaPath:"#/definitions/LedgerEntry/properties/repeated/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
if(data2.duplicate !== undefined){
let data9 = data2.duplicate;
if(!((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9)))){
const err32 = {instancePath:instancePath+"/entries/" + i0+"/duplicate",schemaPath:"#/definitions/LedgerEntry/properties/duplicate/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(typeof data9 == "number"){
if(data9 > 9007199254740991 || isNaN(data9)){
const err33 = {instancePath:instancePath+"/entries/" + i0+"/duplicate",schemaPath:"#/definitions/LedgerEntry/properties/duplicate/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data9 < 0 || isNaN(data9)){
const err34 = {instancePath:instancePath+"/entries/" + i0+"/duplicate",schemaPath:"#/definitions/LedgerEntry/properties/duplicate/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
if(data2.late !== undefined){
let data10 = data2.late;
if(!((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10)))){
const err35 = {instancePath:instancePath+"/entries/" + i0+"/late",schemaPath:"#/definitions/LedgerEntry/properties/late/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(typeof data10 == "number"){
if(data10 > 9007199254740991 || isNaN(data10)){
const err36 = {instancePath:instancePath+"/entries/" + i0+"/late",schemaPath:"#/definitions/LedgerEntry/properties/late/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(data10 < 0 || isNaN(data10)){
const err37 = {instancePath:instancePath+"/entries/" + i0+"/late",schemaPath:"#/definitions/LedgerEntry/properties/late/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
if(data2.rejected !== undefined){
let data11 = data2.rejected;
if(!((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11)))){
const err38 = {instancePath:instancePath+"/entries/" + i0+"/rejected",schemaPath:"#/definitions/LedgerEntry/properties/rejected/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(typeof data11 == "number"){
if(data11 > 9007199254740991 || isNaN(data11)){
const err39 = {instancePath:instancePath+"/entries/" + i0+"/rejected",schemaPath:"#/definitions/LedgerEntry/properties/rejected/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err40 = {instancePath:instancePath+"/entries/" + i0+"/rejected",schemaPath:"#/definitions/LedgerEntry/properties/rejected/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
if(data2.thinned !== undefined){
let data12 = data2.thinned;
if(!((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12)))){
const err41 = {instancePath:instancePath+"/entries/" + i0+"/thinned",schemaPath:"#/definitions/LedgerEntry/properties/thinned/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(typeof data12 == "number"){
if(data12 > 9007199254740991 || isNaN(data12)){
const err42 = {instancePath:instancePath+"/entries/" + i0+"/thinned",schemaPath:"#/definitions/LedgerEntry/properties/thinned/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err43 = {instancePath:instancePath+"/entries/" + i0+"/thinned",schemaPath:"#/definitions/LedgerEntry/properties/thinned/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
if(data2.violations !== undefined){
let data13 = data2.violations;
if(!((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13)))){
const err44 = {instancePath:instancePath+"/entries/" + i0+"/violations",schemaPath:"#/definitions/LedgerEntry/properties/violations/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(typeof data13 == "number"){
if(data13 > 9007199254740991 || isNaN(data13)){
const err45 = {instancePath:instancePath+"/entries/" + i0+"/violations",schemaPath:"#/definitions/LedgerEntry/properties/violations/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(data13 < 0 || isNaN(data13)){
const err46 = {instancePath:instancePath+"/entries/" + i0+"/violations",schemaPath:"#/definitions/LedgerEntry/properties/violations/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
}
else {
const err47 = {instancePath:instancePath+"/entries/" + i0,schemaPath:"#/definitions/LedgerEntry/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data.gaps !== undefined){
let data14 = data.gaps;
if(Array.isArray(data14)){
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
let data15 = data14[i1];
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.run_id === undefined){
const err49 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/required",keyword:"required",params:{missingProperty: "run_id"},message:"must have required property '"+"run_id"+"'"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data15.kind === undefined){
const err50 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(data15.first_seq === undefined){
const err51 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/required",keyword:"required",params:{missingProperty: "first_seq"},message:"must have required property '"+"first_seq"+"'"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if(data15.last_seq === undefined){
const err52 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/required",keyword:"required",params:{missingProperty: "last_seq"},message:"must have required property '"+"last_seq"+"'"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if(data15.rows === undefined){
const err53 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/required",keyword:"required",params:{missingProperty: "rows"},message:"must have required property '"+"rows"+"'"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data15.cause === undefined){
const err54 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/required",keyword:"required",params:{missingProperty: "cause"},message:"must have required property '"+"cause"+"'"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(data15.reason === undefined){
const err55 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(data15.removed_ms === undefined){
const err56 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/required",keyword:"required",params:{missingProperty: "removed_ms"},message:"must have required property '"+"removed_ms"+"'"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
for(const key2 in data15){
if(!((((((((key2 === "run_id") || (key2 === "kind")) || (key2 === "first_seq")) || (key2 === "last_seq")) || (key2 === "rows")) || (key2 === "cause")) || (key2 === "reason")) || (key2 === "removed_ms"))){
const err57 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data15.run_id !== undefined){
if(typeof data15.run_id !== "string"){
const err58 = {instancePath:instancePath+"/gaps/" + i1+"/run_id",schemaPath:"#/definitions/LedgerGap/properties/run_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data15.kind !== undefined){
let data17 = data15.kind;
if(!((((data17 === "steps") || (data17 === "episodes")) || (data17 === "metrics")) || (data17 === "events"))){
const err59 = {instancePath:instancePath+"/gaps/" + i1+"/kind",schemaPath:"#/definitions/LedgerGap/properties/kind/enum",keyword:"enum",params:{allowedValues: schema69.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data15.first_seq !== undefined){
let data18 = data15.first_seq;
if(!((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18)))){
const err60 = {instancePath:instancePath+"/gaps/" + i1+"/first_seq",schemaPath:"#/definitions/LedgerGap/properties/first_seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(typeof data18 == "number"){
if(data18 > 9007199254740991 || isNaN(data18)){
const err61 = {instancePath:instancePath+"/gaps/" + i1+"/first_seq",schemaPath:"#/definitions/LedgerGap/properties/first_seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if(data18 < 0 || isNaN(data18)){
const err62 = {instancePath:instancePath+"/gaps/" + i1+"/first_seq",schemaPath:"#/definitions/LedgerGap/properties/first_seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
if(data15.last_seq !== undefined){
let data19 = data15.last_seq;
if(!((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19)))){
const err63 = {instancePath:instancePath+"/gaps/" + i1+"/last_seq",schemaPath:"#/definitions/LedgerGap/properties/last_seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if(typeof data19 == "number"){
if(data19 > 9007199254740991 || isNaN(data19)){
const err64 = {instancePath:instancePath+"/gaps/" + i1+"/last_seq",schemaPath:"#/definitions/LedgerGap/properties/last_seq/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
if(data19 < 0 || isNaN(data19)){
const err65 = {instancePath:instancePath+"/gaps/" + i1+"/last_seq",schemaPath:"#/definitions/LedgerGap/properties/last_seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
if(data15.rows !== undefined){
let data20 = data15.rows;
if(!((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20)))){
const err66 = {instancePath:instancePath+"/gaps/" + i1+"/rows",schemaPath:"#/definitions/LedgerGap/properties/rows/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if(typeof data20 == "number"){
if(data20 > 9007199254740991 || isNaN(data20)){
const err67 = {instancePath:instancePath+"/gaps/" + i1+"/rows",schemaPath:"#/definitions/LedgerGap/properties/rows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(data20 < 0 || isNaN(data20)){
const err68 = {instancePath:instancePath+"/gaps/" + i1+"/rows",schemaPath:"#/definitions/LedgerGap/properties/rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
}
if(data15.cause !== undefined){
let data21 = data15.cause;
if(!((data21 === "lost") || (data21 === "removed"))){
const err69 = {instancePath:instancePath+"/gaps/" + i1+"/cause",schemaPath:"#/definitions/LedgerGap/properties/cause/enum",keyword:"enum",params:{allowedValues: schema69.properties.cause.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data15.reason !== undefined){
if(typeof data15.reason !== "string"){
const err70 = {instancePath:instancePath+"/gaps/" + i1+"/reason",schemaPath:"#/definitions/LedgerGap/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data15.removed_ms !== undefined){
let data23 = data15.removed_ms;
if((!(typeof data23 == "number")) && (data23 !== null)){
const err71 = {instancePath:instancePath+"/gaps/" + i1+"/removed_ms",schemaPath:"#/definitions/LedgerGap/properties/removed_ms/type",keyword:"type",params:{type: schema69.properties.removed_ms.type},message:"must be number,null"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
}
else {
const err72 = {instancePath:instancePath+"/gaps/" + i1,schemaPath:"#/definitions/LedgerGap/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
else {
const err73 = {instancePath:instancePath+"/gaps",schemaPath:"#/properties/gaps/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data.views !== undefined){
let data24 = data.views;
if(Array.isArray(data24)){
const len2 = data24.length;
for(let i2=0; i2<len2; i2++){
let data25 = data24[i2];
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
if(data25.run_id === undefined){
const err74 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "run_id"},message:"must have required property '"+"run_id"+"'"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
if(data25.view === undefined){
const err75 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "view"},message:"must have required property '"+"view"+"'"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(data25.kind === undefined){
const err76 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(data25.open === undefined){
const err77 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "open"},message:"must have required property '"+"open"+"'"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
if(data25.published === undefined){
const err78 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "published"},message:"must have required property '"+"published"+"'"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
if(data25.delivered === undefined){
const err79 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "delivered"},message:"must have required property '"+"delivered"+"'"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
if(data25.shown === undefined){
const err80 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "shown"},message:"must have required property '"+"shown"+"'"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
if(data25.skipped === undefined){
const err81 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "skipped"},message:"must have required property '"+"skipped"+"'"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(data25.thinned === undefined){
const err82 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "thinned"},message:"must have required property '"+"thinned"+"'"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if(data25.overflowed === undefined){
const err83 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "overflowed"},message:"must have required property '"+"overflowed"+"'"};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if(data25.starvations === undefined){
const err84 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/required",keyword:"required",params:{missingProperty: "starvations"},message:"must have required property '"+"starvations"+"'"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
for(const key3 in data25){
if(!(func2.call(schema70.properties, key3))){
const err85 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
if(data25.run_id !== undefined){
if(typeof data25.run_id !== "string"){
const err86 = {instancePath:instancePath+"/views/" + i2+"/run_id",schemaPath:"#/definitions/LedgerView/properties/run_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data25.view !== undefined){
if(typeof data25.view !== "string"){
const err87 = {instancePath:instancePath+"/views/" + i2+"/view",schemaPath:"#/definitions/LedgerView/properties/view/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data25.kind !== undefined){
let data28 = data25.kind;
if(!((((data28 === "steps") || (data28 === "episodes")) || (data28 === "metrics")) || (data28 === "events"))){
const err88 = {instancePath:instancePath+"/views/" + i2+"/kind",schemaPath:"#/definitions/LedgerView/properties/kind/enum",keyword:"enum",params:{allowedValues: schema70.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data25.open !== undefined){
if(typeof data25.open !== "boolean"){
const err89 = {instancePath:instancePath+"/views/" + i2+"/open",schemaPath:"#/definitions/LedgerView/properties/open/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data25.published !== undefined){
let data30 = data25.published;
if(!((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30)))){
const err90 = {instancePath:instancePath+"/views/" + i2+"/published",schemaPath:"#/definitions/LedgerView/properties/published/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
if(typeof data30 == "number"){
if(data30 > 9007199254740991 || isNaN(data30)){
const err91 = {instancePath:instancePath+"/views/" + i2+"/published",schemaPath:"#/definitions/LedgerView/properties/published/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if(data30 < 0 || isNaN(data30)){
const err92 = {instancePath:instancePath+"/views/" + i2+"/published",schemaPath:"#/definitions/LedgerView/properties/published/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
}
if(data25.delivered !== undefined){
let data31 = data25.delivered;
if(!((typeof data31 == "number") && (!(data31 % 1) && !isNaN(data31)))){
const err93 = {instancePath:instancePath+"/views/" + i2+"/delivered",schemaPath:"#/definitions/LedgerView/properties/delivered/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
if(typeof data31 == "number"){
if(data31 > 9007199254740991 || isNaN(data31)){
const err94 = {instancePath:instancePath+"/views/" + i2+"/delivered",schemaPath:"#/definitions/LedgerView/properties/delivered/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if(data31 < 0 || isNaN(data31)){
const err95 = {instancePath:instancePath+"/views/" + i2+"/delivered",schemaPath:"#/definitions/LedgerView/properties/delivered/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
}
if(data25.shown !== undefined){
let data32 = data25.shown;
if(!((typeof data32 == "number") && (!(data32 % 1) && !isNaN(data32)))){
const err96 = {instancePath:instancePath+"/views/" + i2+"/shown",schemaPath:"#/definitions/LedgerView/properties/shown/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
if(typeof data32 == "number"){
if(data32 > 9007199254740991 || isNaN(data32)){
const err97 = {instancePath:instancePath+"/views/" + i2+"/shown",schemaPath:"#/definitions/LedgerView/properties/shown/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if(data32 < 0 || isNaN(data32)){
const err98 = {instancePath:instancePath+"/views/" + i2+"/shown",schemaPath:"#/definitions/LedgerView/properties/shown/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
}
if(data25.skipped !== undefined){
let data33 = data25.skipped;
if(!((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33)))){
const err99 = {instancePath:instancePath+"/views/" + i2+"/skipped",schemaPath:"#/definitions/LedgerView/properties/skipped/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
if(typeof data33 == "number"){
if(data33 > 9007199254740991 || isNaN(data33)){
const err100 = {instancePath:instancePath+"/views/" + i2+"/skipped",schemaPath:"#/definitions/LedgerView/properties/skipped/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
if(data33 < 0 || isNaN(data33)){
const err101 = {instancePath:instancePath+"/views/" + i2+"/skipped",schemaPath:"#/definitions/LedgerView/properties/skipped/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
}
if(data25.thinned !== undefined){
let data34 = data25.thinned;
if(!((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34)))){
const err102 = {instancePath:instancePath+"/views/" + i2+"/thinned",schemaPath:"#/definitions/LedgerView/properties/thinned/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
if(typeof data34 == "number"){
if(data34 > 9007199254740991 || isNaN(data34)){
const err103 = {instancePath:instancePath+"/views/" + i2+"/thinned",schemaPath:"#/definitions/LedgerView/properties/thinned/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
if(data34 < 0 || isNaN(data34)){
const err104 = {instancePath:instancePath+"/views/" + i2+"/thinned",schemaPath:"#/definitions/LedgerView/properties/thinned/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
}
if(data25.overflowed !== undefined){
let data35 = data25.overflowed;
if(!((typeof data35 == "number") && (!(data35 % 1) && !isNaN(data35)))){
const err105 = {instancePath:instancePath+"/views/" + i2+"/overflowed",schemaPath:"#/definitions/LedgerView/properties/overflowed/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
if(typeof data35 == "number"){
if(data35 > 9007199254740991 || isNaN(data35)){
const err106 = {instancePath:instancePath+"/views/" + i2+"/overflowed",schemaPath:"#/definitions/LedgerView/properties/overflowed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
if(data35 < 0 || isNaN(data35)){
const err107 = {instancePath:instancePath+"/views/" + i2+"/overflowed",schemaPath:"#/definitions/LedgerView/properties/overflowed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
}
if(data25.starvations !== undefined){
let data36 = data25.starvations;
if(!((typeof data36 == "number") && (!(data36 % 1) && !isNaN(data36)))){
const err108 = {instancePath:instancePath+"/views/" + i2+"/starvations",schemaPath:"#/definitions/LedgerView/properties/starvations/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if(typeof data36 == "number"){
if(data36 > 9007199254740991 || isNaN(data36)){
const err109 = {instancePath:instancePath+"/views/" + i2+"/starvations",schemaPath:"#/definitions/LedgerView/properties/starvations/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
if(data36 < 0 || isNaN(data36)){
const err110 = {instancePath:instancePath+"/views/" + i2+"/starvations",schemaPath:"#/definitions/LedgerView/properties/starvations/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
}
}
else {
const err111 = {instancePath:instancePath+"/views/" + i2,schemaPath:"#/definitions/LedgerView/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
}
else {
const err112 = {instancePath:instancePath+"/views",schemaPath:"#/properties/views/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
}
else {
const err113 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
validate54.errors = vErrors;
return errors === 0;
}


function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="link-ledgerList" */;
let vErrors = null;
let errors = 0;
if(!(validate54(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
validate53.errors = vErrors;
return errors === 0;
}
